//! Doors for text of wchar_t.
