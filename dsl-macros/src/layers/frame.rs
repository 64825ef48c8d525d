//! `pad(border)`, `crop(border)`: rows and columns of zeros around maps, or taken from their edges: on all sides,
//! `(rows, columns)`, or side by side with `top`, `bottom`, `left`, `right`.

use quote::quote;

use super::arguments::Arguments;
use super::maps::{Maps, Rank, array};
use super::numbers::Pair;
use super::{Emitted, Layer, Place};
use crate::diag::{Fault, message};
use crate::ir::Shape;
use crate::syntax::Value;

/// The sides, rows first, in front first.
const SIDES: [[&str; 2]; 2] = [["top", "bottom"], ["left", "right"]];

struct Frame {
    crop: bool,
    /// On the sides that have no number of their own.
    border: Option<Pair>,
    sides: [[(usize, Option<Value>); 2]; 2],
}

pub(super) fn parse_pad(arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    parse(false, arguments)
}

pub(super) fn parse_crop(arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    parse(true, arguments)
}

fn parse(crop: bool, arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    let given = arguments.take("border");
    let border = given.and_then(|value| arguments.read_pair("border", 0, value));
    let [[top, bottom], [left, right]] = SIDES.map(|axis| axis.map(|side| arguments.whole_or(side, 0, 0)));
    let sides = [[top?, bottom?], [left?, right?]];
    if given.is_some() && border.is_none() {
        return None;
    }
    if border.is_none() && sides.iter().flatten().all(|(_, at)| at.is_none()) {
        let example = if crop { "crop(1) or crop(top = 1, left = 2)" } else { "pad(1) or pad(top = 1, left = 2)" };
        arguments.missing("its number of rows and columns", example);
        return None;
    }
    Some(Box::new(Frame { crop, border, sides }))
}

impl Frame {
    fn word(&self) -> &'static str {
        if self.crop { "crop" } else { "pad" }
    }

    /// Rows in front and behind, columns in front and behind.
    fn lengths(&self, maps: &Maps) -> Result<[[usize; 2]; 2], Fault> {
        let border = self.border.as_ref().map_or(Ok([0, 0]), |border| border.on(maps.rank))?;
        let mut lengths = border.map(|length| [length; 2]);
        for (axis, sides) in self.sides.iter().enumerate() {
            for (side, given) in sides.iter().enumerate() {
                let (length, Some(at)) = given else { continue };
                if maps.rank == Rank::Sequence && axis == 0 {
                    let side = SIDES[axis][side];
                    return Err(message!(E10, "`{}`: a sequence has no `{side}`", self.word())
                        .help("its sides are `left` and `right`")
                        .at(at));
                }
                lengths[axis][side] = *length;
            }
        }
        Ok(lengths)
    }

    /// The maps behind the layer, and where the smaller of both begin in the larger.
    fn place(&self, maps: &Maps) -> Result<([usize; 2], [usize; 2]), Fault> {
        let lengths = self.lengths(maps)?;
        let mut output = maps.size;
        for (axis, [front, back]) in lengths.into_iter().enumerate() {
            let size = &mut output[axis];
            if !self.crop {
                *size += front + back;
            } else if front + back < *size {
                *size -= front + back;
            } else {
                let what = maps.rank.unit(axis);
                let fault = message!(E27, "`crop`: {front} and {back} of {size} {what} leave nothing")
                    .help(format!("take away at most {} in all", *size - 1));
                let at = self.sides[axis].iter().find_map(|(_, at)| at.as_ref());
                return Err(match at.or(self.border.as_ref().map(|border| &border.at)) {
                    Some(at) => fault.at(at),
                    None => fault.into(),
                });
            }
        }
        Ok((output, lengths.map(|[front, _]| front)))
    }
}

impl Layer for Frame {
    fn describe(&self) -> String {
        self.word().into()
    }

    fn infer(&self, input: &Shape, origin: &str) -> Result<Shape, Fault> {
        let maps = Maps::any(self.word(), input, origin)?;
        let (output, _) = self.place(&maps)?;
        Ok(maps.shape(maps.channels.clone(), output))
    }

    fn emit(&self, at: &Place<'_>) -> Emitted {
        let maps = Maps::inferred(at.input);
        let (output, offset) = self.place(&maps).unwrap_or_else(|_| unreachable!("the shape was inferred"));
        let (inner, outer) = if self.crop { (output, maps.size) } else { (maps.size, output) };
        let (inner, outer, offset) = (array(inner), array(outer), array(offset));
        let ty = if self.crop { quote!(__rt::layers::Crop2d) } else { quote!(__rt::layers::Pad2d) };
        Emitted { ty, config: quote!(const { __rt::layers::Frame2d::new(#inner, #outer, #offset) }) }
    }

    fn is_transparent(&self) -> bool {
        true
    }
}
