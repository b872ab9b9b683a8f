//! What filters compare. Types must agree: kubectl refuses to compare an integer with a float.

use serde_json::Value;
use std::cmp::Ordering;

/// Between the two sides of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    Different,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// Refused when it is used, as kubectl does.
    Unrecognized(String),
}

impl Operator {
    pub(super) fn named(text: &str) -> Self {
        match text {
            "==" => Self::Equal,
            "!=" => Self::Different,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            other => Self::Unrecognized(other.to_owned()),
        }
    }

    /// Whether the comparison holds.
    pub(super) fn holds(&self, left: &Value, right: &Value) -> Result<bool, String> {
        Ok(match self {
            Self::Equal => equal(left, right)?,
            Self::Different => !equal(left, right)?,
            Self::Less => order(left, right)?.is_lt(),
            Self::LessOrEqual => order(left, right)?.is_le(),
            Self::Greater => order(left, right)?.is_gt(),
            Self::GreaterOrEqual => order(left, right)?.is_ge(),
            Self::Unrecognized(text) => return Err(format!("unrecognized filter operator {text}")),
        })
    }
}

fn equal(left: &Value, right: &Value) -> Result<bool, String> {
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => Ok(left == right),
        _ => compare(left, right).map(Ordering::is_eq),
    }
}

fn order(left: &Value, right: &Value) -> Result<Ordering, String> {
    match (left, right) {
        (Value::Bool(_), Value::Bool(_)) => Err(not_comparable()),
        _ => compare(left, right),
    }
}

fn compare(left: &Value, right: &Value) -> Result<Ordering, String> {
    if !is_basic(left) || !is_basic(right) {
        return Err(not_comparable());
    }
    let ordering = match (left, right) {
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::Number(left), Value::Number(right)) => match (left.as_i64(), right.as_i64()) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            (None, None) => {
                left.as_f64().zip(right.as_f64()).and_then(|(left, right)| left.partial_cmp(&right))
            }
            _ => None,
        },
        _ => None,
    };
    ordering.ok_or_else(|| "incompatible types for comparison".to_owned())
}

fn is_basic(value: &Value) -> bool {
    value.is_string() || value.is_number() || value.is_boolean()
}

fn not_comparable() -> String {
    "invalid type for comparison".to_owned()
}
