//! Functions of C that are called above their definition without a declaration, which Windows'
//! compilers take with a warning: the declarations that are missing.

use std::ops::Range;

use crate::lenient::{Source, is_name};

/// A declaration or a function, by tokens: the first, its name and the end of its parameters (both 0
/// if it has none), the brace of its body, and what is behind it.
#[derive(Clone, Copy)]
struct Item {
    first: usize,
    name: usize,
    parameters: usize,
    body: Option<usize>,
    end: usize,
}

/// A declaration of each such function, before the function that calls it first.
pub fn declarations(source: &Source<'_>) -> Vec<(Range<usize>, String)> {
    let items = items(source);
    let mut found = Vec::new();
    for (number, item) in items.iter().enumerate() {
        let Some(body) = item.body else { continue };
        let name = source.word(item.name);
        let called = |at: &usize| {
            source.word(at + 1) == "(" && (*at == 0 || ![".", ">"].contains(&source.word(at - 1)))
        };
        let Some(call) = source.all(name).find(called).filter(|at| *at < item.first) else {
            continue;
        };
        let caller = items[..number].iter().find(|of| (of.first..of.end).contains(&call));
        let Some(caller) = caller.filter(|of| of.body.is_some_and(|body| body < call)) else {
            continue; // it is declared there
        };
        if item.first == item.name {
            continue; // it says no type
        }
        let head = match body == item.parameters + 1 {
            true => source.said(item.first, item.parameters).to_owned(),
            false => format!("{}()", source.said(item.first, item.name)), // the oldest form
        };
        let start = source.start(caller.first);
        found.push((start..start, head.replace(['\n', '\r'], " ") + "; "));
    }
    found
}

/// What stands at the outermost level.
fn items(source: &Source<'_>) -> Vec<Item> {
    const NONE: Item = Item { first: 0, name: 0, parameters: 0, body: None, end: 0 };
    let (mut all, mut item, mut at) = (Vec::new(), NONE, 0);
    let mut assigned = false;
    while !source.word(at).is_empty() {
        let mut ends = false;
        match source.word(at) {
            "(" => {
                let Some(end) = source.close(at) else { break };
                if item.name == 0 && at > item.first && is_name(source.word(at - 1)) {
                    (item.name, item.parameters) = (at - 1, end);
                }
                at = end;
            }
            "{" => {
                let Some(end) = source.close(at) else { break };
                if item.name != 0 && !assigned {
                    item.body = Some(at);
                    ends = true;
                }
                at = end;
            }
            "=" => assigned = true,
            // In the oldest form the parameters' types stand before the body.
            ";" => ends = item.name == 0 || assigned || !oldest(source, item, at),
            _ => {}
        }
        at += 1;
        if ends {
            all.push(Item { end: at, ..item });
            (item, assigned) = (Item { first: at, ..NONE }, false);
        }
    }
    all
}

/// Whether what ends at a `;` says the types of a function's parameters, and its body follows.
fn oldest(source: &Source<'_>, item: Item, at: usize) -> bool {
    let names = (item.name + 2..item.parameters).filter(|at| source.word(*at) != ",");
    let names: Vec<&str> = names.map(|at| source.word(at)).collect();
    at > item.parameters + 1
        && !names.is_empty()
        && (item.parameters..at).any(|at| names.contains(&source.word(at)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_may_be_called_above() {
        let text = "int seen(int); struct s { int (*f)(int); } all = { 0 };\n\
                    int main() { f(1); seen(2); g(\"f(\"); x.k(); }\n\
                    static int f(int a,\n T b) { return f(h()); }\nvoid g(a, b) int a; char b; { }\n\
                    int seen(int a) { }\nint *h() { }\nint k() { } int l() { l(); }";
        let after = "int seen(int); struct s { int (*f)(int); } all = { 0 };\n\
                     static int f(int a,  T b); void g(); int main() \
                     { f(1); seen(2); g(\"f(\"); x.k(); }\n\
                     int *h(); static int f(int a,\n T b) { return f(h()); }\n\
                     void g(a, b) int a; char b; { }\n\
                     int seen(int a) { }\nint *h() { }\nint k() { } int l() { l(); }";
        let source = Source::new(text);
        let mut made = text.to_owned();
        for (range, edit) in declarations(&source).into_iter().rev() {
            made.insert_str(range.start, &edit);
        }
        assert_eq!(made, after);
    }
}
