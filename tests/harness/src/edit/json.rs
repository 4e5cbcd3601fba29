//! An answer as one JSON object.

use serde_json::{Map, Value};

/// The intent, the tools, how sure the student is, and how long it took.
pub(super) fn object(intent: &str, answer: Value) -> Value {
    let mut object = Map::new();
    object.insert("intent".to_owned(), intent.into());
    if let Value::Object(fields) = answer {
        object.extend(fields);
    }
    Value::Object(object)
}
