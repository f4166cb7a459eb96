-- Why a verdict was given, where somebody said so at the command line. No page shows it.

ALTER TABLE verdict ADD COLUMN reason TEXT;
