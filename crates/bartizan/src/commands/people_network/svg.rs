//! A picture for people: those of a project who do the most, and whose work went through whose hands.
//!
//! It holds no script and fetches nothing. Colour says nothing that shape and words do not say too.

use std::{collections::BTreeMap, f64::consts::TAU};

use bartizan_people::network::{Link, Network, Node};

use super::{Told, graphml::escaped};
use crate::render::words::{amount, count, day};

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 780.0;
/// Where the middle of the circle is, below three lines of words.
const MIDDLE: (f64, f64) = (480.0, 415.0);
const RADIUS: f64 = 250.0;
/// Between a dot and its words.
const GAP: f64 = 12.0;
/// How many digits of a pseudonym are shown; all of them stand in the title.
const DIGITS: usize = 8;
/// How many characters of a name are shown.
const LONGEST: usize = 26;
/// The widest line.
const WIDEST: f64 = 7.0;
/// How many links are drawn; more are a ball of wool.
const MOST_LINKS: usize = 90;

const STYLE: &str = "\
  :root { color-scheme: light dark; }
  .page { fill: #ffffff; } .ink { fill: #1a1a1a; } .soft { fill: #555555; }
  text { font: 13px system-ui, sans-serif; } .head { font-size: 18px; font-weight: 600; } .name { font-weight: 600; }
  .tie { fill: #2f6f9f; fill-opacity: .4; } .dot { fill: #2f6f9f; stroke: #ffffff; stroke-width: 1.5; }
  @media (prefers-color-scheme: dark) {
    .page { fill: #14171a; } .ink { fill: #f0f0f0; } .soft { fill: #b4b4b4; }
    .tie { fill: #79b8e6; } .dot { fill: #79b8e6; stroke: #14171a; }
  }
";

pub(super) fn text(told: &Told<'_>, most: usize) -> String {
    let core = told.network.core(most);
    let order = core.beside();
    let places: BTreeMap<u32, Place> = order
        .iter()
        .enumerate()
        .map(|(number, node)| (node.person, Place::of(number, order.len())))
        .collect();
    let mut links: Vec<&Link> = core.links.iter().collect();
    links.sort_by(|one, other| other.weight.total_cmp(&one.weight));
    let left_out = links.len().saturating_sub(MOST_LINKS);
    links.truncate(MOST_LINKS);
    let heaviest = links.first().map_or(1.0, |it| it.weight);
    let mut body = String::new();
    // The lightest first, so that the heaviest lie on top.
    for link in links.iter().rev() {
        if let (Some(from), Some(to)) = (places.get(&link.by), places.get(&link.of)) {
            body += &tie(told, link, (*from, *to), heaviest);
        }
    }
    let busiest = order.iter().map(|it| it.faded).fold(1.0, f64::max);
    for node in &order {
        if let Some(place) = places.get(&node.person) {
            body += &dot(told, node, *place, busiest);
        }
    }
    page(&body, &words(told, &core, left_out))
}

/// The title, what stands under it, and what stands below the picture.
fn words(told: &Told<'_>, core: &Network, left_out: usize) -> [String; 4] {
    let projects = told.histories.corpus.projects.iter();
    let projects: Vec<&str> = projects.map(|it| it.name.as_str()).collect();
    let by: std::collections::BTreeSet<u32> = core.links.iter().map(|it| it.by).collect();
    let title = format!(
        "{}: the {} who work together most; {} of them put in the work of others",
        projects.join(", "),
        count(core.nodes.len(), "person", "persons"),
        amount(by.len() as u64)
    );
    let about =
        "A line goes from whoever put in work, at its thick end, to whoever wrote it.".to_owned();
    let more = "Wider lines and larger dots are more of it, lately. Under each: changes that they wrote, and decisions on \
                others' work."
        .to_owned();
    let rest = told.network.nodes.len().saturating_sub(core.nodes.len());
    let below = format!(
        "{} on {}. Not drawn: {} who do less, {}.",
        count(core.links.len(), "tie", "ties"),
        day(told.histories.now),
        count(rest, "person", "persons"),
        count(left_out, "lighter tie", "lighter ties")
    );
    [title, about, more, below]
}

fn page(body: &str, words: &[String; 4]) -> String {
    let [title, about, more, below] = words.each_ref().map(|it| escaped(it));
    let bottom = HEIGHT - 20.0;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         role=\"img\" aria-labelledby=\"title desc\">\n<title id=\"title\">{title}</title>\n\
         <desc id=\"desc\">{about} {more} {below}</desc>\n<style>\n{STYLE}</style>\n\
         <rect class=\"page\" width=\"{WIDTH}\" height=\"{HEIGHT}\"/>\n\
         <text class=\"ink head\" x=\"24\" y=\"36\">{title}</text>\n<text class=\"soft\" x=\"24\" y=\"60\">{about}</text>\n\
         <text class=\"soft\" x=\"24\" y=\"78\">{more}</text>\n\
         {body}<text class=\"soft\" x=\"24\" y=\"{bottom}\">{below}</text>\n</svg>\n"
    )
}

/// A place on the circle, and in which direction from the middle it lies.
#[derive(Clone, Copy)]
struct Place {
    x: f64,
    y: f64,
    cosine: f64,
    sine: f64,
}

impl Place {
    fn of(number: usize, all: usize) -> Self {
        let (sine, cosine) = (TAU * number as f64 / all.max(1) as f64 - TAU / 4.0).sin_cos();
        Self {
            x: MIDDLE.0 + RADIUS * cosine,
            y: MIDDLE.1 + RADIUS * sine,
            cosine,
            sine,
        }
    }
}

/// A line that is bent towards the middle, and narrower at its end: its two edges are two curves.
fn tie(told: &Told<'_>, link: &Link, (from, to): (Place, Place), heaviest: f64) -> String {
    let width = (WIDEST * link.weight / heaviest).max(1.0);
    let bend = |it: Place| {
        let inner = |at: f64, middle: f64| middle + (at - middle) * 0.3;
        (inner(it.x, MIDDLE.0), inner(it.y, MIDDLE.1))
    };
    let (first, second) = (bend(from), bend(to));
    let title = format!(
        "{} put in work of {} {}",
        told.names.name(link.by),
        told.names.name(link.of),
        count(link.times as usize, "time", "times")
    );
    // The thick end is drawn across the direction to the middle.
    let (dx, dy) = (-from.sine * width / 2.0, from.cosine * width / 2.0);
    format!(
        "<path class=\"tie\" d=\"M{:.1} {:.1} C{:.1} {:.1} {:.1} {:.1} {:.1} {:.1} C{:.1} {:.1} {:.1} {:.1} {:.1} {:.1} Z\"><title>{}</title></path>\n",
        from.x + dx,
        from.y + dy,
        first.0 + dx,
        first.1 + dy,
        second.0,
        second.1,
        to.x,
        to.y,
        second.0,
        second.1,
        first.0 - dx,
        first.1 - dy,
        from.x - dx,
        from.y - dy,
        escaped(&title)
    )
}

fn dot(told: &Told<'_>, node: &Node, place: Place, busiest: f64) -> String {
    let radius = 4.0 + 10.0 * (node.faded / busiest).max(0.0).sqrt();
    let name = told.names.name(node.person);
    let shown: String = if told.names.is_plain() {
        name.chars().take(LONGEST).collect()
    } else {
        name.chars().take(DIGITS).collect()
    };
    let last = node.last.map(day).unwrap_or_default();
    let title = format!(
        "{name}: {}, {} on the work of others, last on {last}",
        count(node.works as usize, "change", "changes"),
        count(node.decisions as usize, "decision", "decisions")
    );
    let out = radius + GAP;
    let (x, y) = (place.x + out * place.cosine, place.y + out * place.sine);
    let anchor = match place.cosine {
        it if it > 0.2 => "start",
        it if it < -0.2 => "end",
        _ => "middle",
    };
    // Words below the middle hang from their place, words above stand on it.
    let y = y + 4.0 + 8.0 * place.sine;
    format!(
        "<g><title>{}</title><circle class=\"dot\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius:.1}\"/>\
         <text class=\"ink name\" text-anchor=\"{anchor}\" x=\"{x:.1}\" y=\"{:.1}\">{}</text>\
         <text class=\"soft\" text-anchor=\"{anchor}\" x=\"{x:.1}\" y=\"{:.1}\">{} · {}</text></g>\n",
        escaped(&title),
        place.x,
        place.y,
        y - 6.0,
        escaped(&shown),
        y + 9.0,
        amount(u64::from(node.works)),
        amount(u64::from(node.decisions)),
    )
}
