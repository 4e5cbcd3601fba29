//! An edit as one JSON object.

use colorist_core::Prediction;
use serde_json::{Map, Value};

/// The intent, the tools, how sure the student is, and how long it took.
pub(super) fn object(intent: &str, prediction: &Prediction) -> Value {
    let mut object = Map::new();
    object.insert("intent".to_owned(), intent.into());
    if let Value::Object(fields) = prediction.to_json() {
        object.extend(fields);
    }
    Value::Object(object)
}
