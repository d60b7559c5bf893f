//! Mutants woven into the text of a file.
//!
//! Nothing is said twice: an operator takes its two sides from variables, so that changes inside of them stay what
//! they are, however deep. A block stands where the expression stood, between `/*b:N*/` and `/*e:N*/`.

use std::collections::HashMap;
use std::ops::Range;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use crate::list::Mutant;

/// Which mutant is on, asked at this place.
fn active(place: u32) -> String {
    format!("crate::mutant::active({place})")
}

/// The text with these mutants in it, and which of them are.
pub fn woven(text: &str, mutants: &[&Mutant]) -> syn::Result<(String, Vec<u32>)> {
    let parsed = syn::parse_file(text)?;
    let mut by_place: HashMap<_, Vec<&Mutant>> = HashMap::new();
    for mutant in mutants {
        by_place.entry(mutant.start).or_default().push(mutant);
    }
    let mut weaver =
        Weaver { text, mutants: by_place, edits: Vec::new(), woven: Vec::new(), depth: 0 };
    weaver.visit_file(&parsed);
    let Weaver { mut edits, woven, .. } = weaver;
    edits.sort_by_key(|edit| (edit.place.start, edit.rank));
    let (mut out, mut at) = (String::new(), 0);
    for edit in edits {
        out += &text[at..edit.place.start.max(at)];
        out += &edit.text;
        at = edit.place.end.max(at);
    }
    out += &text[at..];
    Ok((out, woven))
}

/// Text in place of what stands there.
struct Edit {
    place: Range<usize>,
    /// Of those that begin at one place, what closes comes first, the innermost before; then what opens, the
    /// outermost before.
    rank: (bool, i32),
    text: String,
}

struct Weaver<'a> {
    text: &'a str,
    /// By where they start.
    mutants: HashMap<(usize, usize), Vec<&'a Mutant>>,
    edits: Vec<Edit>,
    woven: Vec<u32>,
    depth: i32,
}

impl<'a> Weaver<'a> {
    fn mutants_at(&self, span: Span, genre: &str) -> Vec<&'a Mutant> {
        let start = span.start();
        let all = self.mutants.get(&(start.line, start.column + 1));
        all.into_iter().flatten().filter(|mutant| mutant.genre == genre).copied().collect()
    }

    fn source(&self, span: Span) -> &'a str {
        &self.text[span.byte_range()]
    }

    fn open(&mut self, at: usize, text: String) {
        self.replace(at..at, text);
    }

    fn close(&mut self, at: usize, text: String) {
        self.edits.push(Edit { place: at..at, rank: (false, -self.depth), text });
    }

    fn replace(&mut self, place: Range<usize>, text: String) {
        self.edits.push(Edit { place, rank: (true, self.depth), text });
    }

    /// `a && b` and `a || b`: one becomes the other.
    fn lazy(&mut self, node: &syn::ExprBinary, id: u32) {
        let meets = if matches!(node.op, syn::BinOp::And(_)) { "!=" } else { "==" };
        let start = node.left.span().byte_range().start;
        self.open(start, format!("({{ /*b:{id}*/ let left_{id}: bool = "));
        let then = format!("; if left_{id} {meets} ({} == {id}) {{", active(id));
        self.replace(node.op.span().byte_range(), then);
        let end = node.right.span().byte_range().end;
        self.close(end, format!(" }} else {{ left_{id} }} /*e:{id}*/ }})"));
    }

    /// `a += b`: what is assigned to stands in every arm, as it is.
    fn assigning(&mut self, node: &syn::ExprBinary, mutants: &[&Mutant]) {
        let (id, op) = (mutants[0].number, self.source(node.op.span()));
        let place = self.source(node.left.span());
        let (start, end) = (node.left.span().byte_range().start, node.op.span().byte_range().end);
        self.replace(start..end, format!("{{ /*b:{id}*/ let right_{id} = "));
        let arms = arms(op, mutants, |op| format!("{place} {op} right_{id}"));
        self.close(
            node.right.span().byte_range().end,
            format!("; match {} {{ {arms} }} /*e:{id}*/ }}", active(id)),
        );
    }

    fn operator(&mut self, node: &syn::ExprBinary, mutants: &[&Mutant]) {
        let (id, op) = (mutants[0].number, self.source(node.op.span()));
        // What is compared is not taken.
        let (take, taken, given) = match op {
            "==" | "!=" | "<" | "<=" | ">" | ">=" => ("&(", ")", "*"),
            _ => ("", "", ""),
        };
        let start = node.left.span().byte_range().start;
        self.open(start, format!("({{ /*b:{id}*/ let left_{id} = {take}"));
        let between = format!("{taken}; let right_{id} = {take}");
        self.replace(node.op.span().byte_range(), between);
        let arms = arms(op, mutants, |op| format!("{given}left_{id} {op} {given}right_{id}"));
        self.close(
            node.right.span().byte_range().end,
            format!("{taken}; match {} {{ {arms} }} /*e:{id}*/ }})", active(id)),
        );
    }

    /// Functions that give back something else, at once, and what is inside; nothing of one without a block.
    fn function(&mut self, block: Option<&syn::Block>, inside: impl FnOnce(&mut Self)) {
        let Some(block) = block else { return };
        let depth = self.depth;
        if let Some(first) = block.stmts.first() {
            self.values(block, first);
        }
        self.depth += 1;
        inside(self);
        self.depth = depth;
    }

    fn values(&mut self, block: &syn::Block, first: &syn::Stmt) {
        for mutant in self.mutants_at(first.span(), "FnValue") {
            if mutant.is_opaque() {
                self.either(block, mutant);
                continue;
            }
            let (id, value) = (mutant.number, &mutant.replacement);
            self.open(
                first.span().byte_range().start,
                format!("/*b:{id}*/ if {} == {id} {{ return {value}; }} /*e:{id}*/ ", active(id)),
            );
            self.woven.push(id);
        }
    }

    /// An opaque type is one type only: what comes in place of a block stands beside it.
    fn either(&mut self, block: &syn::Block, mutant: &Mutant) {
        let (id, value, place) = (mutant.number, &mutant.replacement, block.span().byte_range());
        self.depth += 1;
        self.open(
            place.start,
            format!(
                "{{ /*b:{id}*/ if {} == {id} {{ crate::mutant::Either::Other({value}) }} \
                 else {{ crate::mutant::Either::Own(",
                active(id)
            ),
        );
        self.close(place.end, format!(") }} /*e:{id}*/ }}"));
        self.woven.push(id);
    }

    /// A field that is what it is in `..rest`.
    fn field(&mut self, field: &syn::FieldValue, rest: &syn::Expr) {
        let [mutant] = self.mutants_at(field.span(), "StructField")[..] else { return };
        let (id, rest, place) =
            (mutant.number, self.source(rest.span()), field.expr.span().byte_range());
        let syn::Member::Named(name) = &field.member else { return };
        let named = if field.colon_token.is_none() { format!("{name}: ") } else { String::new() };
        self.open(place.start, format!("{named}({{ /*b:{id}*/ let own_{id} = "));
        self.close(
            place.end,
            format!(
                "; if {} == {id} {{ ({rest}).{name} }} else {{ own_{id} }} /*e:{id}*/ }})",
                active(id)
            ),
        );
        self.woven.push(id);
    }

    /// Arms that never match, and guards that always or never hold.
    fn arm(&mut self, node: &syn::Arm) {
        let guard = node.guard.as_ref().map(|(_, guard)| &**guard);
        if guard.is_some_and(has_let) {
            return;
        }
        let guards = guard.map(|guard| self.mutants_at(guard.span(), "MatchArmGuard"));
        let guards = guards.unwrap_or_default();
        let deleted = self.mutants_at(node.span(), "MatchArm");
        let Some(first) = deleted.iter().chain(&guards).next() else { return };
        let id = first.number;
        let (mut before, mut after) = (format!("/*b:{id}*/("), String::from(")"));
        for mutant in deleted.iter().chain(guards.iter().filter(|m| m.replacement == "false")) {
            before += &format!("{} != {} && ", active(mutant.number), mutant.number);
        }
        for mutant in guards.iter().filter(|mutant| mutant.replacement == "true") {
            before += &format!("({} == {} || ", active(mutant.number), mutant.number);
            after += ")";
        }
        self.woven.extend(deleted.iter().chain(&guards).map(|mutant| mutant.number));
        match guard {
            Some(guard) => {
                let place = guard.span().byte_range();
                self.open(place.start, format!("{before}("));
                self.close(place.end, format!("){after}/*e:{id}*/"));
            }
            None => {
                let end = node.pat.span().byte_range().end;
                self.close(end, format!(" if {before}true{after}/*e:{id}*/"));
            }
        }
    }
}

/// Arms of a `match`: one for each mutant, and the operator as it is.
fn arms(op: &str, mutants: &[&Mutant], with: impl Fn(&str) -> String) -> String {
    let changed = mutants
        .iter()
        .map(|mutant| format!("{} => {}, ", mutant.number, with(&mutant.replacement)));
    changed.chain([format!("_ => {}", with(op))]).collect()
}

/// Whether it is a chain with `let` in it, which holds together.
fn has_let(expr: &syn::Expr) -> bool {
    match expr {
        syn::Expr::Let(_) => true,
        syn::Expr::Binary(binary) => has_let(&binary.left) || has_let(&binary.right),
        syn::Expr::Paren(paren) => has_let(&paren.expr),
        _ => false,
    }
}

fn assigns(op: &syn::BinOp) -> bool {
    use syn::BinOp::*;
    matches!(
        op,
        AddAssign(_)
            | SubAssign(_)
            | MulAssign(_)
            | DivAssign(_)
            | RemAssign(_)
            | BitXorAssign(_)
            | BitAndAssign(_)
            | BitOrAssign(_)
            | ShlAssign(_)
            | ShrAssign(_)
    )
}

/// What is told before the program runs stays as it is: constants, types, patterns. In a function that is constant no
/// mutant is on when it is called for one of these.
impl<'ast> Visit<'ast> for Weaver<'_> {
    fn visit_expr_binary(&mut self, node: &'ast syn::ExprBinary) {
        self.depth += 1;
        let mutants = self.mutants_at(node.op.span(), "BinaryOperator");
        if mutants.is_empty() || has_let(&node.left) || has_let(&node.right) {
            visit::visit_expr_binary(self, node);
        } else {
            self.woven.extend(mutants.iter().map(|mutant| mutant.number));
            if assigns(&node.op) {
                self.assigning(node, &mutants);
            } else {
                match node.op {
                    syn::BinOp::And(_) | syn::BinOp::Or(_) => self.lazy(node, mutants[0].number),
                    _ => self.operator(node, &mutants),
                }
                self.visit_expr(&node.left);
            }
            self.visit_expr(&node.right);
        }
        self.depth -= 1;
    }

    fn visit_expr_unary(&mut self, node: &'ast syn::ExprUnary) {
        self.depth += 1;
        if let [mutant] = self.mutants_at(node.op.span(), "UnaryOperator")[..] {
            let (id, op) = (mutant.number, self.source(node.op.span()));
            self.woven.push(id);
            self.replace(node.op.span().byte_range(), format!("({{ /*b:{id}*/ let own_{id} = "));
            self.close(
                node.expr.span().byte_range().end,
                format!(
                    "; if {} == {id} {{ own_{id} }} else {{ {op}own_{id} }} /*e:{id}*/ }})",
                    active(id)
                ),
            );
        }
        visit::visit_expr_unary(self, node);
        self.depth -= 1;
    }

    fn visit_arm(&mut self, node: &'ast syn::Arm) {
        self.depth += 1;
        self.arm(node);
        visit::visit_arm(self, node);
        self.depth -= 1;
    }

    fn visit_item_fn(&mut self, node: &'ast syn::ItemFn) {
        self.function(Some(&node.block), |own| visit::visit_item_fn(own, node));
    }

    fn visit_impl_item_fn(&mut self, node: &'ast syn::ImplItemFn) {
        self.function(Some(&node.block), |own| visit::visit_impl_item_fn(own, node));
    }

    fn visit_trait_item_fn(&mut self, node: &'ast syn::TraitItemFn) {
        self.function(node.default.as_ref(), |own| visit::visit_trait_item_fn(own, node));
    }

    fn visit_expr_struct(&mut self, node: &'ast syn::ExprStruct) {
        self.depth += 1;
        if let Some(rest) = &node.rest {
            for field in &node.fields {
                self.field(field, rest);
            }
        }
        visit::visit_expr_struct(self, node);
        self.depth -= 1;
    }

    fn visit_expr_repeat(&mut self, node: &'ast syn::ExprRepeat) {
        self.visit_expr(&node.expr);
    }

    fn visit_item_const(&mut self, _: &'ast syn::ItemConst) {}
    fn visit_item_static(&mut self, _: &'ast syn::ItemStatic) {}
    fn visit_impl_item_const(&mut self, _: &'ast syn::ImplItemConst) {}
    fn visit_trait_item_const(&mut self, _: &'ast syn::TraitItemConst) {}
    fn visit_item_enum(&mut self, _: &'ast syn::ItemEnum) {}
    fn visit_type(&mut self, _: &'ast syn::Type) {}
    fn visit_pat(&mut self, _: &'ast syn::Pat) {}
    fn visit_generic_argument(&mut self, _: &'ast syn::GenericArgument) {}
    fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mutant(number: u32, genre: &str, start: (usize, usize), replacement: &str) -> Mutant {
        Mutant {
            number,
            name: String::new(),
            file: String::new(),
            genre: genre.into(),
            replacement: replacement.into(),
            start,
            gives: String::new(),
        }
    }

    #[test]
    fn what_is_inside_is_woven_too() {
        let text = "fn f(a: u32) -> bool { a + 1 * 2 < 3 && !g() }";
        let mutants = [
            mutant(1, "FnValue", (1, 24), "true"),
            mutant(2, "BinaryOperator", (1, 26), "-"),
            mutant(3, "BinaryOperator", (1, 34), "<="),
            mutant(4, "BinaryOperator", (1, 38), "||"),
            mutant(5, "UnaryOperator", (1, 41), ""),
        ];
        let (out, woven) = woven(text, &mutants.iter().collect::<Vec<_>>()).unwrap();
        assert_eq!(woven, [1, 4, 3, 2, 5]);
        assert!(syn::parse_file(&out).is_ok(), "{out}");
        assert!(out.contains("if crate::mutant::active(1) == 1 { return true; }"), "{out}");
        assert!(
            out.contains("match crate::mutant::active(2) { 2 => left_2 - right_2, _ =>"),
            "{out}"
        );
        assert!(out.contains("3 => *left_3 <= *right_3, _ => *left_3 < *right_3"), "{out}");
    }

    #[test]
    fn constant_functions_opaque_types_and_fields_are_woven() {
        let text = "const fn f(a: u32) -> u32 { a + 1 } \
                    fn g(a: S) -> impl Iterator<Item = S> { [S { b, ..a }] }";
        let opaque = |number, replacement| Mutant {
            gives: "impl Iterator<Item = S>".into(),
            ..mutant(number, "FnValue", (1, 77), replacement)
        };
        let mutants = [
            mutant(1, "BinaryOperator", (1, 31), "-"),
            opaque(2, "empty()"),
            opaque(3, "once(x)"),
            mutant(4, "StructField", (1, 82), ""),
        ];
        let (out, woven) = woven(text, &mutants.iter().collect::<Vec<_>>()).unwrap();
        assert_eq!(woven, [1, 2, 3, 4]);
        assert!(syn::parse_file(&out).is_ok(), "{out}");
        assert!(
            out.contains("match crate::mutant::active(1) { 1 => left_1 - right_1, _ =>"),
            "{out}"
        );
        assert!(out.contains("== 2 { crate::mutant::Either::Other(empty()) } else"), "{out}");
        assert!(
            out.contains(
                "{ b: ({ /*b:4*/ let own_4 = b; if crate::mutant::active(4) == 4 { (a).b }"
            ),
            "{out}"
        );
    }
}
