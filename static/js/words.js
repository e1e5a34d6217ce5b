/** Words for scripts, in the language of the page: the server puts them into an island of JSON. */

const island = document.getElementById("words");
const words = island ? JSON.parse(island.textContent) : {};

/** The page's language as dates and plurals know it. Plain English is that of Britain, as on the server. */
export const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang || "en-GB";

/**
 * A sentence by its key, with `{name}` filled in. One with plural forms is an object of
 * sample numbers; the sample of the same plural category as `values.num` is taken.
 */
export function word(key, values = {}) {
  const found = words[key] ?? key;
  const text = typeof found === "string" ? found : found[sampleOf(found, values.num)];
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

function sampleOf(samples, number) {
  const rules = new Intl.PluralRules(language);
  const wanted = rules.select(number);
  const numbers = Object.keys(samples);
  return numbers.find((each) => rules.select(Number(each)) === wanted) ?? numbers.at(-1);
}
