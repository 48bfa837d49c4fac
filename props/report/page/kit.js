// What the scripts of the pages share: elements made from text, and numbers in words.
//
// Covers: el and svg for elements, find, fact and number. Everything enters a page as text, never as markup. Does not
// cover: any one page.
"use strict";

const number = new Intl.NumberFormat("en");
const find = (id) => document.getElementById(id);

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== undefined && child !== null));
  return node;
}
const el = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);
const svg = (name, attributes, ...children) =>
  fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);

const fact = (name, value) => (value ? [el("dt", {}, name), el("dd", {}, value)] : []);

