// The judges, in the order in which they are asked. Each has a name, says what
// it misses to run (or null), and judges a folder that was read.

import * as feedparser from "./judge-feedparser.mjs";
import * as feedsmith from "./judge-feedsmith.mjs";
import * as formats from "./judge-formats.mjs";
import * as jing from "./judge-jing.mjs";
import * as newsboat from "./judge-newsboat.mjs";
import * as parse5 from "./judge-parse5.mjs";
import * as rss2email from "./judge-rss2email.mjs";
import * as rssParser from "./judge-rss-parser.mjs";
import * as rubyRss from "./judge-ruby-rss.mjs";
import * as schematron from "./judge-schematron.mjs";
import * as sfeed from "./judge-sfeed.mjs";
import * as v8 from "./judge-v8.mjs";
import * as vnu from "./judge-vnu.mjs";
import * as xmllint from "./judge-xmllint.mjs";

export const judges = [
  formats, xmllint, jing, schematron, vnu, v8, parse5, feedsmith, rssParser, feedparser,
  rubyRss, newsboat, sfeed, rss2email,
];
