//! What a character says about the language and script of the text around it.
//!
//! Today this is a class per character; the language model joins it here.
