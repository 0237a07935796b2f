//! Tests of Markdown: each feature, then hostile texts, then size.

use proptest::prelude::*;
use serde::Deserialize;

use super::*;

fn people() -> HashMap<String, Mentioned> {
    let person = |id, username: &str| {
        (username.to_ascii_lowercase(), Mentioned { id: UserId(id), username: username.to_owned() })
    };
    HashMap::from([person(7, "ana"), person(8, "Marcus.Chen"), person(9, "_x_"), person(10, "a_b_")])
}

const ROOM: Stream = Stream::Room(protocol::RoomId(1));

fn render(source: &str) -> Rendered {
    parse(source).render(&people())
}

fn check(source: &str, html: &str) {
    assert_eq!(render(source).html, html, "rendered from {source:?}");
}

fn link(url: &str, text: &str) -> String {
    format!(r#"<a href="{url}" target="_blank" rel="nofollow noopener ugc">{text}</a>"#)
}

#[test]
fn writes_paragraphs_and_breaks_lines_where_the_author_did() {
    check("one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>");
    check("a *b* **c** ~~d~~ `e`", "<p>a <em>b</em> <strong>c</strong> <del>d</del> <code>e</code></p>");
    check("a\n\n---\n\n> b\n> c", "<p>a</p><hr><blockquote><p>b<br>c</p></blockquote>");
    check("a & b\u{a0}<c> \"d\"", "<p>a &amp; b&nbsp;&lt;c&gt; \"d\"</p>");
}

#[test]
fn writes_lists() {
    check("- a\n- b\n  1. c", "<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>");
    check("3. a\n\n4. b", r#"<ol start="3"><li><p>a</p></li><li><p>b</p></li></ol>"#);
    check(
        "- [ ] a\n- [x] b",
        "<ul><li><input type=\"checkbox\" disabled=\"\" aria-label=\"Not done\"> a</li>\
         <li><input type=\"checkbox\" disabled=\"\" checked=\"\" aria-label=\"Done\"> b</li></ul>",
    );
}

#[test]
fn links_to_tasks_that_exist() {
    let tasks = Tasks::from([(12, "/boards/7/tasks/31/".to_owned())]);
    let html = |source: &str| parse(source).render_in(ROOM, &people(), &tasks).html;
    let link = r#"<a class="task-link" href="/boards/7/tasks/31/" rel="nofollow noopener ugc">#12</a>"#;
    assert_eq!(html("see #12, not #13"), format!("<p>see {link}, not #13</p>"));
    assert_eq!(html("**#12**"), format!("<p><strong>{link}</strong></p>"));
    assert_eq!(html("`#12` a#12"), "<p><code>#12</code> a#12</p>");
    assert_eq!(html("[#12](https://x.y)").matches("task-link").count(), 0);
    assert_eq!(parse("#12 #13 #12 `#14` https://x.y/#15").tasks(), [12, 13]);
}

#[test]
fn only_tasks_are_linked_to_on_this_site() {
    for path in ["/boards/7/", "/accounts/logout/", "//x.y/boards/7/tasks/1/", "/boards/7/tasks/1/../../", "x"] {
        assert!(!sanitise::clean(&format!(r#"<a href="{path}">x</a>"#)).contains("href"), "{path}");
    }
}

#[test]
fn puts_headings_under_those_of_the_page() {
    check("# a\n#### b\n## c\n# d", "<h3>a</h3><h4>b</h4><h4>c</h4><h3>d</h3>");
    check("###### a\nb\n=", "<h3>a</h3><h3>b</h3>");
    check("#\n\na", "<p>a</p>");
}

#[test]
fn writes_tables_that_scroll_by_themselves() {
    check(
        "|a||\n|:-|-:|\n|b|c|\n|d|",
        "<div class=\"table\" tabindex=\"0\"><table><thead><tr><th class=\"left\">a</th><td></td></tr></thead>\
         <tbody><tr><td class=\"left\">b</td><td class=\"right\">c</td></tr>\
         <tr><td class=\"left\">d</td></tr></tbody></table></div>",
    );
    check(
        "|a|\n|:-:|",
        "<div class=\"table\" tabindex=\"0\"><table><thead><tr><th class=\"center\">a</th></tr></thead></table></div>",
    );
}

#[test]
fn shows_emoji_for_their_names() {
    check("Done :tada:, *:+1:* :Tada:", "<p>Done 🎉, <em>👍</em> 🎉</p>");
    check("`:tada:` 10:30:45 a:tada: :nobody:", "<p><code>:tada:</code> 10:30:45 a:tada: :nobody:</p>");
    check("[:tada:](http://x.example)", &format!("<p>{}</p>", link("http://x.example", ":tada:")));
    assert_eq!(excerpt(":tada: done", 20), "🎉 done");
}

#[test]
fn shows_html_as_text() {
    check("<b>x</b> & <!-- c -->", "<p>&lt;b&gt;x&lt;/b&gt; &amp; &lt;!-- c --&gt;</p>");
    check("<div>\n*x*\n</div>\n\ny", "<p>&lt;div&gt;<br>*x*<br>&lt;/div&gt;</p><p>y</p>");
    check("<script>1</script>", "<p>&lt;script&gt;1&lt;/script&gt;</p>");
}

#[test]
fn links_only_where_a_link_may_lead() {
    check("[a](http://x.example/?b&c)", &format!("<p>{}</p>", link("http://x.example/?b&amp;c", "a")));
    check(
        "<HTTPS://x.example> <a@x.example>",
        &format!(
            "<p>{} {}</p>",
            link("HTTPS://x.example", "HTTPS://x.example"),
            link("mailto:a@x.example", "a@x.example")
        ),
    );
    check("[a](javascript:b) [c](/d) [e](//f.example) [g](data:h)", "<p>a c e g</p>");
    check(
        "[](http://x.example) [&#x200b;](http://x.example)",
        &format!(
            "<p>{} {}</p>",
            link("http://x.example", "http://x.example"),
            link("http://x.example", "\u{200b}http://x.example")
        ),
    );
    check(
        "[a\"](<http://x.example/\" onclick=\">)",
        &format!("<p>{}</p>", link("http://x.example/%22%20onclick=%22", "a\"")),
    );
}

#[test]
fn images_become_links_and_links_hold_no_links() {
    check("![a *b*](http://x.example/i.png)", &format!("<p>{}</p>", link("http://x.example/i.png", "a <em>b</em>")));
    check("[![a](http://i.example) b](http://x.example)", &format!("<p>{}</p>", link("http://x.example", "a b")));
    check("[http://a.example](http://x.example)", &format!("<p>{}</p>", link("http://x.example", "http://a.example")));
}

#[test]
fn links_bare_addresses() {
    let bare = |url: &str| link(url, url);
    check(
        "see http://x.example, or (https://y.example/a_(b)).",
        &format!("<p>see {}, or ({}).</p>", bare("http://x.example"), bare("https://y.example/a_(b)")),
    );
    check(
        "https://x.example/_a_/*b*/@ana?c=~~d~~e",
        &format!("<p>{}</p>", bare("https://x.example/_a_/*b*/@ana?c=~~d~~e")),
    );
    check(
        "**https://x.example** 见https://y.example。好",
        &format!("<p><strong>{}</strong> 见{}。好</p>", bare("https://x.example"), bare("https://y.example")),
    );
    check(
        "xhttp://a.example http:// https://? ftp://a.example `http://a.example`",
        "<p>xhttp://a.example http:// https://? ftp://a.example <code>http://a.example</code></p>",
    );
}

#[test]
fn mentions_are_people_by_their_own_name() {
    let ana = r#"<span class="mention" data-user="7">@ana</span>"#;
    let marcus = r#"<span class="mention" data-user="8">@Marcus.Chen</span>"#;
    check("@ana, @marcus.chen. ＠ANA", &format!("<p>{ana}, {marcus}. {ana}</p>"));
    check("**@ana** *(@ana)*", &format!("<p><strong>{ana}</strong> <em>({ana})</em></p>"));
    check("@nobody @here ana@example.com `@ana`", "<p>@nobody @here ana@example.com <code>@ana</code></p>");
    check("a**b**@ana a\\@ana", "<p>a<strong>b</strong>@ana a@ana</p>");
    check("[@ana](http://x.example)", &format!("<p>{}</p>", link("http://x.example", "@ana")));
    check("    @ana", "<pre tabindex=\"0\"><code>@ana</code></pre>");
    assert_eq!(render("@Marcus.Chen @ana @marcus.chen").mentions, [UserId(8), UserId(7)]);
}

#[test]
fn groups_are_marked_where_they_mean_anybody() {
    let in_place = |place: Stream, source: &str| parse(source).render_in(place, &people(), &Tasks::new()).html;
    let group = |name: &str| format!(r#"<span class="mention mention-group">@{name}</span>"#);
    let (room, here, board) = (group("room"), group("here"), group("board"));
    assert_eq!(in_place(ROOM, "＠Room, **@here** @BOARD."), format!("<p>{room}, <strong>{here}</strong> {board}.</p>"));
    assert_eq!(in_place(ROOM, "`@room` @all @roomy a@room"), "<p><code>@room</code> @all @roomy a@room</p>");
    let task = Stream::Task(protocol::TaskId(1));
    assert_eq!(in_place(task, "@room @here"), format!("<p>@room {here}</p>"));
    assert_eq!(
        parse("@Here `@room` [@board](http://x.example) @here @board").groups(ROOM),
        [Group::Here, Group::Board]
    );
    assert_eq!(parse("@room").groups(task), []);
}

#[test]
fn underscores_of_names_are_not_emphasis() {
    check("@_x_ and _so_", "<p><span class=\"mention\" data-user=\"9\">@_x_</span> and <em>so</em></p>");
    check("@a_b_ _so_", "<p><span class=\"mention\" data-user=\"10\">@a_b_</span> <em>so</em></p>");
    check(
        "`@_x_` <http://x.example/?(@_x_)>",
        &format!("<p><code>@_x_</code> {}</p>", link("http://x.example/?(@_x_)", "http://x.example/?(@_x_)")),
    );
}

#[test]
fn names_are_those_to_look_up() {
    let doc = parse("@Ana @bo `@cy` @ana\n\n> @dee\n\n~~~\n@eve\n~~~\n@here [@fay](http://x.example) <b>@gil</b>");
    assert_eq!(doc.names(), ["ana", "bo", "dee", "gil"]);
}

#[test]
fn colours_code_of_known_languages() {
    check(
        "```rust,ignore\nfn main() {} // x\n```",
        "<pre tabindex=\"0\"><code><span class=\"hl-key\">fn </span><span class=\"hl-fn\">main</span>() {} \
         <span class=\"hl-comment\">// x\n</span></code></pre>",
    );
    check("```ts\n1\n```", "<pre tabindex=\"0\"><code><span class=\"hl-num\">1\n</span></code></pre>");
    check("```nonsense\n<b>\n```", "<pre tabindex=\"0\"><code>&lt;b&gt;\n</code></pre>");
    check("```\n\na\n```", "<pre tabindex=\"0\"><code>\na\n</code></pre>");
}

#[test]
fn leaves_costly_code_plain() {
    let is_plain = |code: &str| !render(&format!("```js\n{code}\n```")).html.contains("hl-");
    assert!(!is_plain("let a = 1"));
    assert!(is_plain(&format!("let a = {}", "1".repeat(300))));
    assert!(is_plain(&"let a = 1\n".repeat(1000)));
    assert!(is_plain(&"a=>\n".repeat(200)));
}

#[test]
fn leaves_out_what_reorders_text() {
    check("a\u{202e}b &#x202e;c\u{2066} `d\u{202d}` \u{200f}e\u{1}", "<p>ab c <code>d</code> \u{200f}e</p>");
}

#[test]
fn never_renders_nothing() {
    check("[a]: http://x.example", "<p>[a]: http://x.example</p>");
}

#[test]
fn renders_nothing_as_nothing() {
    check("", "");
    check(" \n\n", "");
}

#[test]
fn flattens_what_is_nested_too_deeply() {
    let quotes = render(&format!("{}x", ">".repeat(10_000))).html;
    assert_eq!(quotes, format!("{}<p>x</p>{}", "<blockquote>".repeat(32), "</blockquote>".repeat(32)));
    let lists = render(&format!("{}x", "- ".repeat(3_000))).html;
    assert_eq!(lists, format!("{}x{}", "<ul><li>".repeat(16), "</li></ul>".repeat(16)));
}

#[test]
fn excerpts_are_one_plain_line() {
    let check = |source: &str, expected: &str| assert_eq!(excerpt(source, 20), expected, "excerpt of {source:?}");
    check("# Hi **@ana**\n\nsee `x`", "Hi @ana see x");
    check("- [ ] a\n- b\n\n|c|d|\n|-|-|", "a b c d");
    check("[a](http://x.example) ![b](http://y.example)", "a b");
    check("~~~\nlet x;\n~~~\n<b>\u{202e}c", "let x; <b>c");
    check("12345678901234567890", "12345678901234567890");
    check("1234567890123456789 12", "1234567890123456789…");
    check("éééééééééééééééééééééé", "ééééééééééééééééééé…");
}

#[derive(Deserialize)]
struct Hostile {
    name: String,
    text: String,
}

fn hostile() -> Vec<Hostile> {
    serde_json::from_str(include_str!("../../../../end2end/hostile.json")).unwrap()
}

#[test]
fn hostile_texts_are_inert() {
    let texts = hostile();
    assert!(texts.len() >= 60);
    for Hostile { name, text } in &texts {
        assert_inert(name, text);
    }
}

/// What the writer made must be what the sanitiser, and so a browser, makes of it, and no more
/// than fifty times the source.
fn assert_inert(name: &str, source: &str) {
    let people = people();
    let tasks = Tasks::new();
    let mut writer = html::Writer::new(ROOM, &people, &tasks);
    walk(&parse(source).source, |piece| writer.write(piece));
    let (written, _) = writer.finish(source);
    let cleaned = sanitise::clean(&written);
    assert_eq!(cleaned, written, "{name}: the second wall found something");
    assert!(cleaned.len() <= 50 * source.len() + 200, "{name}: {} bytes from {}", cleaned.len(), source.len());
    for tag in tags(&cleaned) {
        assert_harmless(name, tag);
    }
}

/// What stands between `<` and `>`: in our HTML, where both are escaped elsewhere, all the tags.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).map(|tag| tag.split('>').next().unwrap_or(tag))
}

fn assert_harmless(name: &str, tag: &str) {
    let element = tag.trim_start_matches('/').split(' ').next().unwrap_or("");
    let elements =
        "a blockquote br code del div em h3 h4 h5 h6 hr input li ol p pre span strong table tbody td th thead tr ul";
    assert!(elements.split(' ').any(|known| known == element), "{name}: <{tag}>");
    let attributes = tag[element.len().min(tag.len())..].split('"').step_by(2);
    for attribute in attributes.map(|attribute| attribute.trim().trim_end_matches('=')) {
        let known = [
            "",
            "aria-label",
            "checked",
            "class",
            "data-user",
            "disabled",
            "href",
            "rel",
            "start",
            "tabindex",
            "target",
            "type",
        ];
        assert!(tag.starts_with('/') || known.contains(&attribute), "{name}: {attribute} in <{tag}>");
    }
    if let Some((_, href)) = tag.split_once("href=\"") {
        let href = href.to_ascii_lowercase();
        assert!(["http:", "https:", "mailto:"].iter().any(|scheme| href.starts_with(scheme)), "{name}: <{tag}>");
    }
}

#[test]
fn the_second_wall_stands_by_itself() {
    for Hostile { name, text } in hostile() {
        let cleaned = sanitise::clean(&text);
        tags(&cleaned).for_each(|tag| assert_harmless(&name, tag));
    }
}

#[test]
fn floods_end_and_stay_small() {
    for flood in [
        "*",
        "_",
        "~",
        ">",
        "`",
        "[",
        "]",
        "(",
        "!",
        "<",
        "&",
        "@",
        "|",
        "#",
        "-",
        "+",
        "\\",
        ":",
        "http://",
        "](",
        "[a](",
        "![",
        "- ",
        "> ",
        "1. ",
        "*a ",
        "**a",
        "_a _",
        "`a",
        "<a",
        "<!--",
        "<![CDATA[",
        "@a",
        "@_",
        "@a ",
        "a://",
        "http://(",
        "http://a)",
        "|a\n",
        "|-",
        "\n\n",
        "[^",
        "&#1",
        "[a]:",
        "$",
        "***a",
        "~~a~",
        "- [ ] ",
        "<p>",
        "<?",
    ] {
        let text = flood.repeat(5_000 / flood.len());
        assert_inert(flood, &format!("{text}\n{text}x"));
    }
    let header = "|a".repeat(2_000) + "|\n" + &"|-".repeat(2_000) + "|\n";
    assert_inert("wide table", &(header + &"|\n".repeat(2_000)));
    let backticks: Vec<_> = (1..300).map(|n| "`".repeat(n)).collect();
    assert_inert("backticks", &backticks.join(" "));
}

proptest! {
    #[test]
    fn any_text_is_inert(text in ".{0,60}") {
        assert_inert("any text", &text);
        excerpt(&text, 10);
    }

    #[test]
    fn any_markup_is_inert(parts in prop::collection::vec(prop::sample::select(PARTS), 0..40)) {
        assert_inert("any markup", &parts.concat());
    }

    #[test]
    fn every_username_can_be_mentioned(name in "[a-zA-Z0-9_.-]{0,8}[a-zA-Z0-9_]") {
        prop_assume!(mention::is_username(&name));
        let lower = name.to_ascii_lowercase();
        let source = format!("hi @{name} *you*");
        let doc = parse(&source);
        prop_assert_eq!(doc.names(), vec![lower.clone()]);
        let people = HashMap::from([(lower, Mentioned { id: UserId(1), username: name })]);
        prop_assert_eq!(doc.render(&people).mentions, vec![UserId(1)]);
    }
}

const PARTS: &[&str] = &[
    "a",
    " ",
    "\n",
    "\n\n",
    "*",
    "**",
    "_",
    "`",
    "```",
    "```js\n",
    "~~",
    "> ",
    "- ",
    "1. ",
    "    ",
    "# ",
    "|",
    "|-|\n",
    "|a|b|\n|-|-|\n",
    "[",
    "](",
    ")",
    "![",
    "http://x.example/",
    "https://",
    "<",
    ">",
    "<b>",
    "</p>",
    "<!--",
    "-->",
    "@ana",
    "@",
    "＠_x_",
    "&lt;",
    "&#0;",
    "&",
    "\\",
    "\"",
    "'",
    "javascript:",
    "mailto:a",
    "- [ ] ",
    "---\n",
    "\u{202e}",
    "\u{301}",
    "你",
    "\t",
    "\r",
    "\r\n",
    "[a]: http://x.example\n",
    "[a]",
    "<div>\n",
    "<http://x.example>",
    "\u{200b}",
    "://",
];

#[test]
fn only_a_short_text_without_a_fence_is_quick() {
    assert!(is_quick("a `b` **c** @ana https://example.com\n    indented"));
    assert!(!is_quick("```rust\nfn main() {}\n```") && !is_quick("> ~~~js\n> x") && !is_quick(&"x".repeat(2_001)));
}
