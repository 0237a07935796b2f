//! The document of the JSON routes, and answers held against it.

use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::app::{Answer, TestApp};

/// What `/api/openapi.json` says.
pub struct Document(Value);

impl Document {
    pub async fn of(app: &TestApp) -> Self {
        Self(app.stranger().get("/api/openapi.json").await.json)
    }

    /// All that it describes, as `post /boards/{board}/rename/`.
    pub fn operations(&self) -> impl Iterator<Item = String> {
        let paths = self.0["paths"].as_object().unwrap();
        paths.iter().flat_map(|(path, methods)| {
            methods.as_object().unwrap().keys().map(move |method| format!("{method} {path}"))
        })
    }

    /// The one that a request is, if it is described.
    pub fn operation(&self, method: &Method, path: &str) -> Option<String> {
        let request = format!("{} {}", method.as_str().to_lowercase(), path.split('?').next()?);
        // Of several, the one that names most of it by words.
        self.operations().filter(|operation| is_of(operation, &request)).min_by_key(|name| name.matches('{').count())
    }

    /// Fails unless this answer to an operation is described as it is.
    #[track_caller]
    pub fn holds(&self, operation: &str, answer: &Answer) {
        let (method, path) = operation.split_once(' ').unwrap();
        let response = &self.0["paths"][path][method]["responses"][answer.status.as_str()];
        let schema = &response["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{operation} {} is described: {response}", answer.status);
        self.fits(schema, &answer.json, operation);
    }

    /// Does `value` have the shape of `schema`, with every field described and every required field there?
    #[track_caller]
    fn fits(&self, schema: &Value, value: &Value, at: &str) {
        if let Some(reference) = schema["$ref"].as_str() {
            return self.fits(self.target(reference), value, at);
        }
        if let Some(choices) = schema["oneOf"].as_array() {
            let choice = choices.iter().find(|choice| value.is_null() == (choice["type"] == "null"));
            return self.fits(choice.unwrap_or_else(|| panic!("{at}: none of {choices:?}")), value, at);
        }
        let (mut properties, mut required) = (Map::new(), Vec::new());
        self.gather(schema, &mut properties, &mut required);
        match value {
            Value::Object(fields) => {
                for name in &required {
                    assert!(fields.contains_key(name), "{at}: {name} is missing in {value}");
                }
                for (name, field) in fields {
                    let property =
                        properties.get(name).unwrap_or_else(|| panic!("{at}: {name} is not described in {schema}"));
                    self.fits(property, field, &format!("{at} {name}"));
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.fits(&schema["items"], item, at)),
            Value::String(text) => {
                assert!(is_a(schema, "string"), "{at}: {text:?} against {schema}");
                if let Some(words) = schema["enum"].as_array() {
                    assert!(words.contains(value), "{at}: {text:?} is none of {words:?}");
                }
            }
            Value::Number(_) => assert!(is_a(schema, "integer"), "{at}: {value} against {schema}"),
            Value::Bool(_) => assert!(is_a(schema, "boolean"), "{at}: {value} against {schema}"),
            Value::Null => assert!(is_a(schema, "null"), "{at}: null against {schema}"),
        }
    }

    /// The fields of an object, those of the parts it is made of included.
    fn gather(&self, schema: &Value, properties: &mut Map<String, Value>, required: &mut Vec<String>) {
        if let Some(reference) = schema["$ref"].as_str() {
            return self.gather(self.target(reference), properties, required);
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.gather(part, properties, required);
        }
        properties.extend(schema["properties"].as_object().cloned().unwrap_or_default());
        required.extend(
            schema["required"].as_array().into_iter().flatten().filter_map(|name| name.as_str().map(Into::into)),
        );
    }

    fn target(&self, reference: &str) -> &Value {
        let pointer = reference.strip_prefix('#').unwrap();
        self.0.pointer(pointer).unwrap_or_else(|| panic!("{reference} is not there"))
    }
}

fn is_of(operation: &str, request: &str) -> bool {
    let (parts, asked) = (operation.split('/'), request.split('/'));
    parts.clone().count() == asked.clone().count()
        && parts.zip(asked).all(|(part, asked)| part == asked || part.starts_with('{') && !asked.is_empty())
}

fn is_a(schema: &Value, kind: &str) -> bool {
    schema["type"] == kind || schema["type"].as_array().is_some_and(|kinds| kinds.contains(&json!(kind)))
}
