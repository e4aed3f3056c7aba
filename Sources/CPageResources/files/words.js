// The page's own words in the reader's language. What they are in English is what they are looked up by.
export const languages = { en: "English", de: "Deutsch", es: "Español" };

const chosen = new URLSearchParams(location.search).get("lang");
const wishes = (chosen ? [chosen] : navigator.languages).map(tag => tag.split("-")[0].toLowerCase());
export const language = wishes.find(tag => Object.hasOwn(languages, tag)) ?? "en";
// Numbers and times are the reader's own way even where the words can't be.
export const locale = chosen ? language : navigator.language || "en";
const words = language === "en" ? {} : (await import(`./${language}.js`)).default;

export function say(text, ...parts) {
  return (words[text] ?? text).replace(/\{(\d)\}/g, (_, index) => parts[index]);
}

// What stands in the page's HTML.
export function translate(root) {
  document.documentElement.lang = language;
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode.data.trim();
    if (text) texts.currentNode.data = texts.currentNode.data.replace(text, () => say(text));
  }
  for (const name of ["aria-label", "placeholder"]) {
    for (const node of root.querySelectorAll(`[${name}]`)) node.setAttribute(name, say(node.getAttribute(name)));
  }
}
