//! What is wrong with one field of an object, in the server's words.

use std::fmt;

use serde_json::{Value, json};

/// One thing that is wrong with an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    reason: &'static str,
    field: String,
    message: String,
}

impl Problem {
    fn new(reason: &'static str, field: impl Into<String>, message: String) -> Self {
        Self { reason, field: field.into(), message }
    }

    /// The value may not be this.
    pub(crate) fn invalid(field: impl Into<String>, value: &str, why: &str) -> Self {
        Self::new("FieldValueInvalid", field, format!("Invalid value: \"{value}\": {why}"))
    }

    /// The number, or whatever else is no text, may not be this.
    pub(crate) fn number(field: impl Into<String>, value: impl fmt::Display, why: &str) -> Self {
        Self::new("FieldValueInvalid", field, format!("Invalid value: {value}: {why}"))
    }

    /// The value is none of those that there are. `shown` is the value as JSON.
    pub(crate) fn unsupported(field: impl Into<String>, shown: &str, values: &[&str]) -> Self {
        let values: Vec<_> = values.iter().map(|value| format!("\"{value}\"")).collect();
        let message = format!("Unsupported value: {shown}: supported values: {}", values.join(", "));
        Self::new("FieldValueNotSupported", field, message)
    }

    pub(crate) fn required(field: impl Into<String>, why: &str) -> Self {
        let message = if why.is_empty() { "Required value".into() } else { format!("Required value: {why}") };
        Self::new("FieldValueRequired", field, message)
    }

    pub(crate) fn too_long(field: impl Into<String>, bytes: usize) -> Self {
        Self::new("FieldValueTooLong", field, format!("Too long: may not be more than {bytes} bytes"))
    }

    pub(crate) fn forbidden(field: impl Into<String>, why: &str) -> Self {
        Self::new("FieldValueForbidden", field, format!("Forbidden: {why}"))
    }

    pub(super) fn cause(&self) -> Value {
        json!({"reason": self.reason, "message": self.message, "field": self.field})
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.field, self.message)
    }
}
