//! XML: the answers of AWS Query, and the errors of everything that answers in XML.
//!
//! Invariant: the output is well-formed whatever a text holds. Deliberately absent: reading XML, attributes of members
//! and flattened lists, which the Query contracts we serve do not have.

mod serializer;

use std::fmt::Write as _;

use serde::Serialize;
use shapes::{ErrorAnswer, OperationDescription, ServiceDescription};

use crate::EncodeError;

pub(crate) use serializer::Writer;

/// Writes the answer of a Query operation.
pub(crate) fn encode_answer<T: Serialize + ?Sized>(
    service: &ServiceDescription,
    operation: &OperationDescription,
    output: &T,
    request_id: &str,
) -> Result<Vec<u8>, EncodeError> {
    let mut writer = Writer::default();
    let response = format!("{}Response", operation.name);
    open_root(&mut writer, &response, service.xml_namespace);
    // An operation without output has no wrapper, and its output no members.
    if let Some(wrapper) = operation.result_wrapper {
        writer.open(wrapper);
    }
    output.serialize(&mut writer)?;
    if let Some(wrapper) = operation.result_wrapper {
        writer.close(wrapper);
    }
    writer.open("ResponseMetadata");
    writer.text_element("RequestId", request_id);
    writer.close("ResponseMetadata");
    writer.close(&response);
    Ok(writer.into_bytes())
}

/// Source: the Smithy specification of AWS Query.
pub(crate) fn encode_query_error(
    namespace: Option<&str>,
    error: &ErrorAnswer<'_>,
    request_id: &str,
) -> Vec<u8> {
    let mut writer = Writer::default();
    open_root(&mut writer, "ErrorResponse", namespace);
    writer.open("Error");
    writer.text_element("Type", if error.status < 500 { "Sender" } else { "Receiver" });
    write_error(&mut writer, error);
    writer.close("Error");
    writer.text_element("RequestId", request_id);
    writer.close("ErrorResponse");
    writer.into_bytes()
}

/// Source: the Smithy specification of EC2 Query, whose `RequestID` has a capital D.
pub(crate) fn encode_ec2_error(error: &ErrorAnswer<'_>, request_id: &str) -> Vec<u8> {
    let mut writer = Writer::default();
    for name in ["Response", "Errors", "Error"] {
        writer.open(name);
    }
    write_error(&mut writer, error);
    writer.close("Error");
    writer.close("Errors");
    writer.text_element("RequestID", request_id);
    writer.close("Response");
    writer.into_bytes()
}

/// Source: Amazon S3 API reference, REST error responses.
pub(crate) fn encode_s3_error(error: &ErrorAnswer<'_>, request_id: &str) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.open("Error");
    write_error(&mut writer, error);
    writer.text_element("RequestId", request_id);
    writer.close("Error");
    writer.into_bytes()
}

fn write_error(writer: &mut Writer, error: &ErrorAnswer<'_>) {
    writer.text_element("Code", error.code);
    writer.text_element("Message", error.message);
}

fn open_root(writer: &mut Writer, name: &str, namespace: Option<&str>) {
    match namespace {
        Some(namespace) => writer.open_in(name, namespace),
        None => writer.open(name),
    }
}

impl Writer {
    fn open_in(&mut self, name: &str, namespace: &str) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push_str(" xmlns=\"");
        self.escape(namespace);
        self.out.push_str("\">");
    }

    fn open(&mut self, name: &str) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
    }

    fn close(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    fn text_element(&mut self, name: &str, text: &str) {
        self.open(name);
        self.escape(text);
        self.close(name);
    }

    /// Writes text. Ours: what XML 1.0 cannot carry becomes the replacement character, so that the rest arrives.
    fn escape(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\'' => self.out.push_str("&apos;"),
                // A reader would turn it into a line feed.
                '\r' => self.out.push_str("&#xD;"),
                '\t' | '\n' => self.out.push(character),
                '\0'..'\u{20}' | '\u{fffe}' | '\u{ffff}' => self.out.push(char::REPLACEMENT_CHARACTER),
                _ => self.out.push(character),
            }
        }
    }

    fn display(&mut self, value: impl std::fmt::Display) {
        write!(self.out, "{value}").expect("a String takes every character");
    }

    fn into_bytes(self) -> Vec<u8> {
        self.out.into_bytes()
    }
}
