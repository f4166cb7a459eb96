//! All SQL of Bartizan: SQLite by default, PostgreSQL by address, one text for both.
