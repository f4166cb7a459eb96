from . import numbers as numbers
