//! Text fields of record formats; every other byte is kept.
