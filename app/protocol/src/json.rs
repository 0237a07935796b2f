//! Reads JSON into records in little code, for the client.
//!
//! serde compiles a reader for each record and each format. serde_json's has, for each record, a loop
//! over keys, a state for each field, and the words of every mistake: a seventh of the client. Here
//! the text is read once into a tree, by code that knows no record; a record then takes its fields
//! from it in their order, and a mistake has no words.

use std::{borrow::Cow, fmt};

use serde::{
    Deserializer,
    de::{self, DeserializeOwned, DeserializeSeed, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor},
    forward_to_deserialize_any,
};

/// So deep may values stand in each other; ours stand in ten at most.
const DEPTH: u32 = 64;

/// What `text` says; none where it is no JSON or another record's.
pub fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    let value = Value::parse(text)?;
    T::deserialize(&value).ok()
}

/// Anything that JSON can say. Of numbers only whole ones are understood: no record has others.
enum Value<'a> {
    Null,
    Bool(bool),
    Number(Option<i64>),
    Text(Cow<'a, str>),
    List(Vec<Value<'a>>),
    Record(Vec<(Cow<'a, str>, Value<'a>)>),
}

impl<'a> Value<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut parser = Parser { text, at: 0 };
        let value = parser.value(DEPTH)?;
        parser.space();
        (parser.at == text.len()).then_some(value)
    }

    fn field(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Record(fields) => fields.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    /// The next byte that is no space, taken if it is this one.
    fn takes(&mut self, byte: u8) -> bool {
        self.space();
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Option<Value<'a>> {
        self.text.get(self.at..)?.starts_with(word).then(|| {
            self.at += word.len();
            value
        })
    }

    fn value(&mut self, depth: u32) -> Option<Value<'a>> {
        let depth = depth.checked_sub(1)?;
        self.space();
        match self.peek()? {
            b'n' => self.word("null", Value::Null),
            b't' => self.word("true", Value::Bool(true)),
            b'f' => self.word("false", Value::Bool(false)),
            b'"' => Some(Value::Text(self.string()?)),
            b'[' => {
                self.at += 1;
                let mut list = Vec::new();
                if !self.takes(b']') {
                    loop {
                        list.push(self.value(depth)?);
                        if self.takes(b']') {
                            break;
                        }
                        self.takes(b',').then_some(())?;
                    }
                }
                Some(Value::List(list))
            }
            b'{' => {
                self.at += 1;
                let mut fields = Vec::new();
                if !self.takes(b'}') {
                    loop {
                        self.space();
                        let key = self.string()?;
                        self.takes(b':').then_some(())?;
                        fields.push((key, self.value(depth)?));
                        if self.takes(b'}') {
                            break;
                        }
                        self.takes(b',').then_some(())?;
                    }
                }
                Some(Value::Record(fields))
            }
            _ => self.number(),
        }
    }

    fn number(&mut self) -> Option<Value<'a>> {
        let from = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')) {
            self.at += 1;
        }
        let number = self.text.get(from..self.at)?;
        let digits = number.strip_prefix('-').unwrap_or(number);
        let (starts, ends) = (digits.as_bytes().first()?, digits.as_bytes().last()?);
        let padded = *starts == b'0' && digits.len() > 1 && digits.as_bytes()[1].is_ascii_digit();
        (starts.is_ascii_digit() && ends.is_ascii_digit() && !padded).then(|| Value::Number(number.parse().ok()))
    }

    /// A string, whose first quote comes next.
    fn string(&mut self) -> Option<Cow<'a, str>> {
        if self.peek() != Some(b'"') {
            return None;
        }
        self.at += 1;
        let mut read = Cow::Borrowed("");
        loop {
            let from = self.at;
            while !matches!(self.peek()?, b'"' | b'\\' | 0..b' ') {
                self.at += 1;
            }
            let plain = self.text.get(from..self.at)?;
            if read.is_empty() {
                read = Cow::Borrowed(plain);
            } else {
                read.to_mut().push_str(plain);
            }
            self.at += 1;
            match self.text.as_bytes()[self.at - 1] {
                b'"' => return Some(read),
                b'\\' => {
                    let escaped = self.escaped()?;
                    read.to_mut().push(escaped);
                }
                _ => return None,
            }
        }
    }

    /// The character that is written behind a backslash.
    fn escaped(&mut self) -> Option<char> {
        let byte = self.peek()?;
        self.at += 1;
        Some(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\x08',
            b'f' => '\x0c',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.unit()?;
                if !(0xd800..0xdc00).contains(&first) {
                    return char::from_u32(first);
                }
                let second = (self.text.get(self.at..)?.starts_with("\\u")).then(|| {
                    self.at += 2;
                    self.unit()
                })??;
                if !(0xdc00..0xe000).contains(&second) {
                    return None;
                }
                return char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00));
            }
            _ => return None,
        })
    }

    /// Four hexadecimal digits: half of a character, or all of one.
    fn unit(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
    }
}

/// It is another record.
#[derive(Debug)]
struct Other;

impl fmt::Display for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("another record")
    }
}

impl std::error::Error for Other {}

impl de::Error for Other {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }

    fn invalid_type(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self
    }

    fn invalid_value(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self
    }

    fn invalid_length(_: usize, _: &dyn de::Expected) -> Self {
        Self
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }
}

/// Every whole number is read in one way; its type says whether it is too large.
macro_rules! as_i64 {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Other> {
            self.deserialize_i64(visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for &Value<'_> {
    type Error = Other;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Other> {
        match self {
            Value::Null => visitor.visit_unit(),
            Value::Bool(bool) => visitor.visit_bool(*bool),
            Value::Number(Some(number)) => visitor.visit_i64(*number),
            Value::Number(None) => Err(Other),
            Value::Text(text) => visitor.visit_str(text),
            Value::List(list) => visitor.visit_seq(List(list.iter())),
            Value::Record(fields) => visitor.visit_map(Entries { fields: fields.iter(), value: None }),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Other> {
        match self {
            Value::Bool(bool) => visitor.visit_bool(*bool),
            _ => Err(Other),
        }
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Other> {
        match self {
            Value::Number(Some(number)) => visitor.visit_i64(*number),
            _ => Err(Other),
        }
    }

    as_i64! { deserialize_i8 deserialize_i16 deserialize_i32 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Other> {
        match self {
            Value::Text(text) => visitor.visit_str(text),
            _ => Err(Other),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Other> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Other> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Other> {
        match self {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Other> {
        match self {
            Value::Null => visitor.visit_unit(),
            _ => Err(Other),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Other> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Other> {
        match self {
            Value::List(list) => visitor.visit_seq(List(list.iter())),
            _ => Err(Other),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Other> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Other> {
        match self {
            Value::Record(fields) => visitor.visit_map(Entries { fields: fields.iter(), value: None }),
            _ => Err(Other),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Other> {
        match self {
            Value::Record(_) => visitor.visit_seq(Fields { names: names.iter(), record: self }),
            _ => Err(Other),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Other> {
        match self {
            Value::Text(name) => visitor.visit_enum(Variant { name, value: &Value::Null }),
            Value::Record(fields) => match &fields[..] {
                [(name, value)] => visitor.visit_enum(Variant { name, value }),
                _ => Err(Other),
            },
            _ => Err(Other),
        }
    }

    /// Something that must be there, whatever it is.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Other> {
        match self {
            Value::Null => Err(Other),
            _ => visitor.visit_unit(),
        }
    }

    forward_to_deserialize_any! { i128 u128 f32 f64 char bytes byte_buf unit_struct tuple_struct }
}

struct List<'a, 'v>(std::slice::Iter<'a, Value<'v>>);

impl<'de> SeqAccess<'de> for List<'_, '_> {
    type Error = Other;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Other> {
        self.0.next().map(|value| seed.deserialize(value)).transpose()
    }
}

/// The fields of a record in the order in which its type has them.
struct Fields<'a, 'v> {
    names: std::slice::Iter<'static, &'static str>,
    record: &'a Value<'v>,
}

impl<'de> SeqAccess<'de> for Fields<'_, '_> {
    type Error = Other;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Other> {
        let Some(name) = self.names.next() else { return Ok(None) };
        match self.record.field(name) {
            Some(value) => seed.deserialize(value).map(Some),
            // None for what may be missing; else serde takes the default, or refuses.
            None => Ok(seed.deserialize(&Value::Null).ok()),
        }
    }
}

struct Entries<'a, 'v> {
    fields: std::slice::Iter<'a, (Cow<'v, str>, Value<'v>)>,
    value: Option<&'a Value<'v>>,
}

impl<'de> MapAccess<'de> for Entries<'_, '_> {
    type Error = Other;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Other> {
        let Some((key, value)) = self.fields.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(&Value::Text(Cow::Borrowed(key))).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Other> {
        seed.deserialize(self.value.take().ok_or(Other)?)
    }
}

struct Variant<'a, 'v> {
    name: &'a str,
    value: &'a Value<'v>,
}

impl<'de, 'a, 'v> EnumAccess<'de> for Variant<'a, 'v> {
    type Error = Other;
    type Variant = &'a Value<'v>;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self::Variant), Other> {
        Ok((seed.deserialize(&Value::Text(Cow::Borrowed(self.name)))?, self.value))
    }
}

impl<'de> VariantAccess<'de> for &Value<'_> {
    type Error = Other;

    fn unit_variant(self) -> Result<(), Other> {
        matches!(self, Value::Null).then_some(()).ok_or(Other)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Other> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Other> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, names: &'static [&'static str], visitor: V) -> Result<V::Value, Other> {
        self.deserialize_struct("", names, visitor)
    }
}

#[cfg(test)]
mod tests;
