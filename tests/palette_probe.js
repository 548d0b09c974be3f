// Reads what Chromium computes: which colours meet on a page, and how well they read. Used by test_palettes_browser.py.
window.probe = (() => {
  const style = document.querySelector('style');
  const clear = value => value === 'transparent' || /^rgba\(.*, 0\)$/.test(value);
  const ground = element => {
    for (let node = element; node; node = node.parentElement) {
      const colour = getComputedStyle(node).backgroundColor;
      if (!clear(colour)) return node;
    }
    return document.documentElement;
  };
  const channels = value => value.match(/[\d.]+/g).map(Number);
  const luminance = value => {
    const [r, g, b] = channels(value).slice(0, 3).map(c => c / 255)
      .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [a, b] = [luminance(one), luminance(other)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  const says = element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
  const generates = (element, pseudo) => {
    const content = getComputedStyle(element, pseudo).content;
    return content !== 'none' && content !== 'normal' && content.replace(/["'\s]/g, '') !== '';
  };
  const name = element => {
    const around = element.closest('.g-ground, .g-surface, .g-sunk, .g-band, .top, .foot, .quick, .notice');
    const place = around ? around.className.match(/g-[a-z]+|^[a-z]+/)[0] + ' ' : '';
    const state = element.closest('[data-state]');
    return place + element.tagName.toLowerCase() + [...element.classList].map(part => '.' + part).join('') +
      (state ? ':' + state.dataset.state : '');
  };

  // Every kind of section on every ground it can stand on; every control once more for each state it can be in.
  const spread = bands => {
    document.querySelectorAll('details').forEach(details => { details.open = true; });
    const kinds = new Set();
    for (const section of [...document.querySelectorAll('main > .sec')]) {
      const kind = section.className;
      const type = kind.match(/t-[a-z-]+/)[0];
      if (kinds.has(type)) continue;
      kinds.add(type);
      for (const other of ['ground', 'surface', 'sunk', ...(bands.includes(type) ? ['band'] : [])]) {
        const copy = section.cloneNode(true);
        copy.className = kind.replace(/g-[a-z]+/, 'g-' + other);
        section.after(copy);
      }
    }
    const seen = new Set();
    for (const control of [...document.querySelectorAll('a, button, summary, input')]) {
      if (seen.has(name(control))) continue;
      seen.add(name(control));
      for (const state of ['hover', 'focus', 'active']) {
        const copy = control.cloneNode(true);
        copy.dataset.state = state;
        control.after(copy);
      }
    }
  };

  // What is not asked about is taken away, so that a new palette costs Chromium little.
  const prune = asked => {
    const kept = new Set();
    for (const element of asked) for (let node = element; node; node = node.parentElement) kept.add(node);
    for (const node of kept) {
      for (const child of [...node.children]) {
        if (!kept.has(child) && document.body.contains(child)) child.remove();
      }
    }
  };

  let pairs = [];
  const seen = pair => ({
    name: name(pair.element) + (pair.pseudo || ''), least: pair.least,
    colour: getComputedStyle(pair.element, pair.pseudo)[pair.property],
    ground: getComputedStyle(pair.under).backgroundColor,
  });
  const collect = () => {
    const found = new Map();
    const add = (element, pseudo, property, least, outside) => {
      const under = ground(outside ? element.parentElement : element);
      const colour = getComputedStyle(element, pseudo)[property];
      const back = getComputedStyle(under).backgroundColor;
      const key = [colour, back, least].join('|');
      if (!found.has(key)) found.set(key, {element, pseudo, property, least, under});
    };
    for (const element of document.body.querySelectorAll('*')) {
      if (element.matches('script, style, svg *')) continue;
      if (says(element) || element.matches('input:not([type=hidden])')) add(element, null, 'color', 4.5);
      for (const pseudo of ['::before', '::after', '::marker']) {
        if (generates(element, pseudo)) add(element, pseudo, 'color', 4.5);
      }
      if (element.matches('input:not([type=hidden]), .btn.alt')) add(element, null, 'borderTopColor', 3, true);
      // A ring that is drawn inside stands on the control's own ground.
      const outside = !(parseFloat(getComputedStyle(element).outlineOffset) < 0);
      if (element.dataset.state === 'focus') add(element, null, 'outlineColor', 3, outside);
    }
    pairs = [...found.values()];
    const said = pairs.map(seen);
    prune(pairs.flatMap(pair => [pair.element, pair.under]));
    if (JSON.stringify(said) !== JSON.stringify(pairs.map(seen))) throw new Error('pruning changed a colour');
    return said;
  };

  const measure = sheets => sheets.map(sheet => {
    style.textContent = sheet;
    const low = [];
    for (const {element, pseudo, property, least, under} of pairs) {
      const colour = getComputedStyle(element, pseudo)[property];
      const back = getComputedStyle(under).backgroundColor;
      const ratio = contrast(colour, back);
      if (!(ratio >= least)) {
        low.push(`${name(element)}${pseudo || ''} ${property} ${colour} on ${back}: ${ratio.toFixed(2)}`);
      }
    }
    return low;
  });
  const wear = sheet => { style.textContent = sheet; };
  return {spread, collect, measure, wear};
})();
