//! A picture for people: the components with the greatest shares and the ways down to them, in layers from the target
//! on the left; the rest is folded into numbers.
//!
//! It holds no script and fetches nothing. Colour says nothing that the words do not say too.

use bartizan_model::inventory::ComponentIndex;
use bartizan_vulnerability::risk::{Excerpt, Score, excerpt};

use super::{Target, plain};
use crate::render::words;

/// How many components with findings are shown for each target.
const MOST_RISKY: usize = 24;
/// How many targets are shown, the riskiest first.
const MOST_TARGETS: usize = 8;
/// How many characters of a name are shown; all of it stands in the title.
const LONGEST: usize = 25;
/// How many ids are named under a component.
const MOST_IDS: usize = 1;

const WIDTH: usize = 230;
const HEIGHT: usize = 58;
const COLUMN: usize = 300;
const ROW: usize = 72;
const MARGIN: usize = 24;
const HEAD: usize = 64;
/// Words below the picture need this much even where the graph is narrow.
const LEAST_WIDTH: usize = 760;

const STYLE: &str = "\
  :root { color-scheme: light dark; }
  .page { fill: #ffffff; } .ink { fill: #1a1a1a; } .soft { fill: #555555; }
  text { font: 13px system-ui, sans-serif; } .head { font-size: 18px; font-weight: 600; } .name { font-weight: 600; }
  .edge { fill: none; stroke: #8a8a8a; stroke-width: 1.25; }
  rect.box { stroke: #8a8a8a; stroke-width: 1; fill: #f4f4f4; }
  rect.r1 { fill: #fff6dc; stroke: #a07800; } rect.r2 { fill: #ffe6d1; stroke: #b85400; stroke-width: 1.5; }
  rect.r3 { fill: #ffdcdc; stroke: #b00020; stroke-width: 2; }
  @media (prefers-color-scheme: dark) {
    .page { fill: #14171a; } .ink { fill: #f0f0f0; } .soft { fill: #b4b4b4; }
    .edge { stroke: #7d8590; } rect.box { fill: #22272e; stroke: #7d8590; }
    rect.r1 { fill: #3a3010; stroke: #d9a400; } rect.r2 { fill: #45260c; stroke: #ff9248; }
    rect.r3 { fill: #4a151b; stroke: #ff7b8a; }
  }
";

pub(super) fn text(targets: &[Target<'_>]) -> String {
    let mut shown: Vec<&Target<'_>> = targets.iter().collect();
    shown.sort_by_key(|target| std::cmp::Reverse(target.weighed.risk.score));
    let left_out = shown.len().saturating_sub(MOST_TARGETS);
    shown.truncate(MOST_TARGETS);
    let mut picture = Picture {
        body: String::new(),
        width: LEAST_WIDTH,
        height: MARGIN,
    };
    for target in &shown {
        picture.target(target);
    }
    if left_out > 0 {
        let targets = words::count(left_out, "target", "targets");
        picture.words("soft", &format!("{targets} with lower scores not shown."));
    }
    let labels: Vec<String> = shown.iter().map(|it| sentence(it)).collect();
    let Picture {
        body,
        width,
        height,
    } = picture;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         role=\"img\" aria-labelledby=\"title desc\">\n<title id=\"title\">Risk in the dependency graph</title>\n\
         <desc id=\"desc\">{}</desc>\n<style>\n{STYLE}</style>\n\
         <rect class=\"page\" width=\"{width}\" height=\"{height}\"/>\n{body}</svg>\n",
        escaped(&labels.join(" "))
    )
}

/// The picture so far.
struct Picture {
    body: String,
    width: usize,
    height: usize,
}

impl Picture {
    fn words(&mut self, class: &str, text: &str) {
        self.height += 22;
        let y = self.height - 6;
        let text = escaped(text);
        self.body += &format!("<text class=\"{class}\" x=\"{MARGIN}\" y=\"{y}\">{text}</text>\n");
    }

    fn target(&mut self, target: &Target<'_>) {
        let part = excerpt(target.inventory, &target.weighed.risk, MOST_RISKY);
        let label = cut(&plain(&target.inventory.label), 60);
        let score = words::risk(target.weighed.risk.score.value());
        self.words("ink head", &format!("{label}: risk {score} of 1"));
        self.words(
            "soft",
            "Left: what is asked for. Each step to the right: what that requires or carries.",
        );
        let top = self.height + HEAD / 4;
        let place = |place: ComponentIndex| position(&part, place, top);
        for (from, to) in &part.edges {
            if let (Some(from), Some(to)) = (place(*from), place(*to)) {
                self.body += &edge(from, to);
            }
        }
        for component in part.layers.iter().flatten() {
            if let Some(at) = place(*component) {
                self.body += &node(target, *component, at);
            }
        }
        let rows = part.layers.iter().map(Vec::len).max().unwrap_or(0);
        self.width = self.width.max(2 * MARGIN + part.layers.len() * COLUMN);
        self.height = top + rows * ROW;
        self.words("soft", &folded(&part));
        self.height += MARGIN;
    }
}

/// Where a component stands.
fn position(part: &Excerpt, component: ComponentIndex, top: usize) -> Option<(usize, usize)> {
    let layers = part.layers.iter().enumerate();
    let mut found = layers.filter_map(|(column, layer)| {
        let row = layer.iter().position(|it| *it == component)?;
        Some((MARGIN + column * COLUMN, top + row * ROW))
    });
    found.next()
}

fn edge((from_x, from_y): (usize, usize), (to_x, to_y): (usize, usize)) -> String {
    let (x, y) = (from_x + WIDTH, from_y + HEIGHT / 2);
    let y2 = to_y + HEIGHT / 2;
    let bend = x + (COLUMN - WIDTH) / 2;
    let bend2 = to_x.saturating_sub((COLUMN - WIDTH) / 2);
    format!("<path class=\"edge\" d=\"M{x} {y} C{bend} {y} {bend2} {y2} {to_x} {y2}\"/>\n")
}

fn node(target: &Target<'_>, component: ComponentIndex, (x, y): (usize, usize)) -> String {
    let name = target.label(component);
    let none = Score::default();
    let risk = target.risk(component);
    let own = risk.map_or(none, |it| it.own).value();
    let share = risk.map_or(none, |it| it.share).value();
    let chain = risk.and_then(|it| it.chain).unwrap_or(none).value();
    let class = match own {
        own if own >= 0.5 => " r3",
        own if own >= 0.1 => " r2",
        own if own > 0.0 => " r1",
        _ => "",
    };
    let ids = target.findings(component);
    let (line, more) = if own > 0.0 {
        let whole = target.weighed.risk.score.value();
        let part = if whole > 0.0 { share / whole } else { 0.0 };
        let part = words::percent(part);
        let first: Vec<&str> = ids.iter().take(MOST_IDS).map(String::as_str).collect();
        let rest = ids.len().saturating_sub(MOST_IDS);
        let rest = if rest > 0 {
            format!(" +{rest}")
        } else {
            String::new()
        };
        let named = format!("{}{rest}", cut(&first.join(", "), LONGEST));
        (format!("own {} · {part} of all", words::risk(own)), named)
    } else {
        (
            format!("own 0 · chain {}", words::risk(chain)),
            String::new(),
        )
    };
    let title = format!(
        "{name}: own {own:.4}, chain {chain:.4}, share {share:.4}. {}",
        ids.join(", ")
    );
    let text_x = x + 10;
    format!(
        "<g><title>{}</title><rect class=\"box{class}\" x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"6\"/>\
         <text class=\"ink name\" x=\"{text_x}\" y=\"{}\">{}</text>\
         <text class=\"ink\" x=\"{text_x}\" y=\"{}\">{}</text>\
         <text class=\"soft\" x=\"{text_x}\" y=\"{}\">{}</text></g>\n",
        escaped(&title),
        y + 18,
        escaped(&cut(&name, LONGEST)),
        y + 34,
        escaped(&line),
        y + 50,
        escaped(&more),
    )
}

/// What is not in the picture.
fn folded(part: &Excerpt) -> String {
    let risky = words::count(part.risky_left_out, "component", "components");
    let others = words::count(part.others_left_out, "component", "components");
    let risky = match part.risky_left_out {
        0 => String::new(),
        _ => format!("{risky} with findings and smaller shares, and "),
    };
    format!("Not shown: {risky}{others} without findings that count.")
}

fn sentence(target: &Target<'_>) -> String {
    let risk = &target.weighed.risk;
    let shares = risk.shares.iter().filter(|it| it.amount > Score::default());
    let greatest: Vec<String> = shares
        .take(3)
        .map(|share| {
            format!(
                "{} in {}",
                plain(&share.group),
                target.label(share.component)
            )
        })
        .collect();
    let greatest = match greatest.as_slice() {
        [] => String::new(),
        some => format!("; the greatest shares: {}", some.join(", ")),
    };
    let label = plain(&target.inventory.label);
    let score = words::risk(risk.score.value());
    format!("{label}: risk {score} of 1{greatest}.")
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let start: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{start}…")
}

/// Text between tags or in an attribute. Characters that XML forbids were replaced before.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace(is_forbidden, "\u{fffd}")
}

fn is_forbidden(character: char) -> bool {
    character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::{super::tests::laboratory, *};

    fn check() -> String {
        let (inventory, weighed) = laboratory();
        text(&[Target::of(&inventory, &weighed)])
    }

    #[test]
    fn what_is_risky_stands_in_layers_and_the_rest_is_counted() {
        let text = check();
        let body = text.split("</style>").nth(1).unwrap();
        insta::assert_snapshot!(body, @r#"
        <rect class="page" width="948" height="274"/>
        <text class="ink head" x="24" y="40">lab &lt;&amp;&quot;&gt;: risk 0.022 of 1</text>
        <text class="soft" x="24" y="62">Left: what is asked for. Each step to the right: what that requires or carries.</text>
        <path class="edge" d="M254 113 C289 113 289 113 324 113"/>
        <path class="edge" d="M254 113 C289 113 289 185 324 185"/>
        <path class="edge" d="M554 113 C589 113 589 113 624 113"/>
        <g><title>app 1.0: own 0.0000, chain 0.0218, share 0.0000. </title><rect class="box" x="24" y="84" width="230" height="58" rx="6"/><text class="ink name" x="34" y="102">app 1.0</text><text class="ink" x="34" y="118">own 0 · chain 0.022</text><text class="soft" x="34" y="134"></text></g>
        <g><title>left 1.0: own 0.0000, chain 0.0173, share 0.0000. </title><rect class="box" x="324" y="84" width="230" height="58" rx="6"/><text class="ink name" x="334" y="102">left 1.0</text><text class="ink" x="334" y="118">own 0 · chain 0.017</text><text class="soft" x="334" y="134"></text></g>
        <g><title>&lt;/text&gt;�&quot;&amp;&lt;x&gt; 1.0: own 0.0046, chain 0.0046, share 0.0045. CVE-2</title><rect class="box r1" x="324" y="156" width="230" height="58" rx="6"/><text class="ink name" x="334" y="174">&lt;/text&gt;�&quot;&amp;&lt;x&gt; 1.0</text><text class="ink" x="334" y="190">own 0.0046 · 20 % of all</text><text class="soft" x="334" y="206">CVE-2</text></g>
        <g><title>base 1.0: own 0.0173, chain 0.0173, share 0.0173. CVE-1</title><rect class="box r1" x="624" y="84" width="230" height="58" rx="6"/><text class="ink name" x="634" y="102">base 1.0</text><text class="ink" x="634" y="118">own 0.017 · 79 % of all</text><text class="soft" x="634" y="134">CVE-1</text></g>
        <text class="soft" x="24" y="244">Not shown: 2 components without findings that count.</text>
        </svg>
        "#);
    }

    #[test]
    fn a_picture_has_words_for_those_who_do_not_see_it_and_no_script() {
        let text = check();
        let desc = text.split("<desc id=\"desc\">").nth(1).unwrap();
        insta::assert_snapshot!(desc.lines().next().unwrap(), @"lab &lt;&amp;&quot;&gt;: risk 0.022 of 1; the greatest shares: CVE-1 in base 1.0, CVE-2 in &lt;/text&gt;�&quot;&amp;&lt;x&gt; 1.0.</desc>");
        assert!(!text.contains("<script") && !text.contains("href") && !text.contains("<x>"));
        assert!(text.contains("prefers-color-scheme: dark"));
    }
}
