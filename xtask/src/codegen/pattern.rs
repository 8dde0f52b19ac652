//! From the contract's regular expressions, which are Java's, to the `regex` crate's.
//!
//! The translation matches whole values. Invariant: what is not understood is refused, never passed through, so that
//! a refreshed contract cannot change its meaning silently. Deliberately absent: look-around and back references,
//! which have no equivalent.

use std::{iter::Peekable, str::Chars};

use anyhow::{Context as _, Result, bail, ensure};

/// Java's classes are ASCII unless asked otherwise.
const DIGIT: &str = "0-9";
const WORD: &str = "A-Za-z0-9_";
const SPACE: &str = r"\t\n\x0B\x0C\r\x20";
/// Java's `.` stops at more line ends than the `regex` crate's.
const NOT_A_LINE_END: &str = r"[^\n\r\x{85}\x{2028}\x{2029}]";

/// Source: STS's `arnType`. Java reads `\u` with four digits only, so that this would mean something else; from the
/// ranges before it, the planes beyond the first are meant.
const BEYOND_FIRST_PLANE_AS_WRITTEN: &str = r"\u10000-\u10FFFF";
const BEYOND_FIRST_PLANE: &str = r"\uD800\uDC00-\uDBFF\uDFFF";

/// Translates `pattern`.
pub(super) fn translated(pattern: &str) -> Result<String> {
    let pattern = pattern.replace(BEYOND_FIRST_PLANE_AS_WRITTEN, BEYOND_FIRST_PLANE);
    let mut translation = Translation {
        rest: pattern.chars().peekable(),
        done: String::from(r"\A(?:"),
    };
    translation
        .expression()
        .with_context(|| format!("in the pattern {pattern}"))?;
    Ok(translation.done + r")\z")
}

struct Translation<'p> {
    rest: Peekable<Chars<'p>>,
    done: String,
}

/// One thing a class lists.
enum Item {
    Char(char),
    Set(String),
}

impl Translation<'_> {
    fn expression(&mut self) -> Result<()> {
        let mut quantified = false;
        while let Some(char) = self.rest.next() {
            let repeats = matches!(char, '*' | '+' | '?' | '{');
            match char {
                '\\' => match self.escaped()? {
                    Item::Char(char) => push_literal(&mut self.done, char),
                    Item::Set(set) => self.done.extend(["[", &set, "]"]),
                },
                '[' => self.class()?,
                '.' => self.done.push_str(NOT_A_LINE_END),
                '(' => self.group()?,
                '{' => self.counts()?,
                '+' if quantified => bail!("a possessive quantifier"),
                '*' | '+' | '?' | '|' | ')' | '^' | '$' => self.done.push(char),
                _ => push_literal(&mut self.done, char),
            }
            quantified = repeats;
        }
        Ok(())
    }

    /// Groups capture nothing: only whether the whole matches is of interest.
    fn group(&mut self) -> Result<()> {
        self.done.push_str("(?:");
        if self.rest.next_if_eq(&'?').is_some() {
            ensure!(
                self.rest.next() == Some(':'),
                "a look-around or a flag, which has no equivalent"
            );
        }
        Ok(())
    }

    fn counts(&mut self) -> Result<()> {
        self.done.push('{');
        loop {
            let char = self.rest.next().context("counts without an end")?;
            ensure!(matches!(char, '0'..='9' | ',' | '}'), "{char} in counts");
            self.done.push(char);
            if char == '}' {
                return Ok(());
            }
        }
    }

    fn class(&mut self) -> Result<()> {
        self.done.push('[');
        if self.rest.next_if_eq(&'^').is_some() {
            self.done.push('^');
        }
        loop {
            match self.item()? {
                None => break,
                Some(Item::Set(set)) => self.done.push_str(&set),
                Some(Item::Char(first)) => self.char_or_range(first)?,
            }
        }
        ensure!(!self.done.ends_with(['[', '^']), "an empty class");
        self.done.push(']');
        Ok(())
    }

    fn char_or_range(&mut self, first: char) -> Result<()> {
        push_literal(&mut self.done, first);
        let mut ahead = self.rest.clone();
        let is_range = ahead.next() == Some('-') && ahead.next().is_some_and(|it| it != ']');
        if !is_range {
            return Ok(());
        }
        self.rest.next();
        let Some(Item::Char(last)) = self.item()? else {
            bail!("a range up to a class");
        };
        self.done.push('-');
        push_literal(&mut self.done, last);
        Ok(())
    }

    /// The next thing in a class; `None` at its end.
    fn item(&mut self) -> Result<Option<Item>> {
        match self.rest.next().context("a class without an end")? {
            ']' => Ok(None),
            '[' => bail!("a class in a class"),
            '&' if self.rest.peek() == Some(&'&') => bail!("an intersection of classes"),
            '\\' => self.escaped().map(Some),
            char => Ok(Some(Item::Char(char))),
        }
    }

    /// What follows a backslash. A set is written so that it can stand in a class.
    fn escaped(&mut self) -> Result<Item> {
        let char = self.rest.next().context("a backslash at the end")?;
        Ok(match char {
            'd' => Item::Set(DIGIT.to_owned()),
            'w' => Item::Set(WORD.to_owned()),
            's' => Item::Set(SPACE.to_owned()),
            'D' => Item::Set(format!("[^{DIGIT}]")),
            'W' => Item::Set(format!("[^{WORD}]")),
            'S' => Item::Set(format!("[^{SPACE}]")),
            'p' | 'P' => Item::Set(format!(r"\{char}{}", self.property()?)),
            't' => Item::Char('\t'),
            'n' => Item::Char('\n'),
            'r' => Item::Char('\r'),
            'u' => Item::Char(self.code_point()?),
            _ if char.is_ascii_punctuation() => Item::Char(char),
            _ => bail!(r"\{char} has no known equivalent"),
        })
    }

    fn property(&mut self) -> Result<String> {
        let name: String = std::iter::from_fn(|| self.rest.next_if(|it| *it != '}')).collect();
        ensure!(
            name.starts_with('{') && self.rest.next() == Some('}'),
            "a property without braces"
        );
        Ok(name + "}")
    }

    fn code_point(&mut self) -> Result<char> {
        let first = self.code_unit()?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first).context("half a surrogate pair");
        }
        ensure!(
            self.rest.next() == Some('\\') && self.rest.next() == Some('u'),
            "half a surrogate pair"
        );
        let second = self.code_unit()?;
        ensure!((0xDC00..0xE000).contains(&second), "half a surrogate pair");
        char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)).context("no code point")
    }

    fn code_unit(&mut self) -> Result<u32> {
        let digits: String = self.rest.by_ref().take(4).collect();
        u32::from_str_radix(&digits, 16).with_context(|| format!(r"\u{digits}"))
    }
}

/// Adds `char` standing for itself, inside a class or outside.
fn push_literal(into: &mut String, char: char) {
    match char {
        '\\' | '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$' | '#' | '&'
        | '-' | '~' => into.extend(['\\', char]),
        ' '..='~' => into.push(char),
        _ => into.extend([r"\x{", &format!("{:X}", u32::from(char)), "}"]),
    }
}

#[cfg(test)]
mod tests;
