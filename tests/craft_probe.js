// Measures in Chromium what the rules of craft say. Each measure gives sentences about what breaks a rule; none: kept.
window.craft = (() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const css = (element, pseudo) => getComputedStyle(element, pseudo);
  const clear = colour => colour === 'transparent' || /^rgba\(.*, 0\)$/.test(colour);
  const px = value => parseFloat(value) || 0;
  const hidden = element => element.closest('.vh, .skip, .only-print, script, style, [hidden]') !== null;
  const seen = element => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && element.checkVisibility({visibilityProperty: true}) && !hidden(element);
  };
  const own = element => [...element.childNodes].filter(node => node.nodeType === 3 && node.data.trim());
  const texts = () => all('body *').filter(element => own(element).length && !element.closest('svg') && seen(element));
  const name = element => {
    const around = element.closest('main > *, .top, .foot, .quick, header, footer');
    const place = around && around !== element ? (around.id ? '#' + around.id : around.tagName.toLowerCase()) + ' ' : '';
    return place + element.tagName.toLowerCase() + [...element.classList].map(part => '.' + part).join('');
  };
  // One sentence for each kind of element, however many of them there are.
  const once = (kept, key, sentence) => { if (!kept.has(key)) kept.set(key, sentence); };
  const kind = element => name(element).replace(/^#\S+ /, '');
  const rects = element => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return [...range.getClientRects()].filter(box => box.width > 1 && box.height > 1);
  };
  const lines = element => {
    const found = [];
    for (const box of rects(element).sort((a, b) => a.bottom - b.bottom)) {
      const last = found[found.length - 1];
      const middle = (box.top + box.bottom) / 2;
      if (last && middle < last.bottom && middle > last.top) {
        last.left = Math.min(last.left, box.left); last.right = Math.max(last.right, box.right);
      } else found.push({top: box.top, bottom: box.bottom, left: box.left, right: box.right});
    }
    return found;
  };

  const sizes = most => {
    const found = new Map();
    for (const element of texts()) once(found, px(css(element).fontSize), name(element));
    if (found.size <= most) return [];
    return [`${found.size} font sizes: ` + [...found].sort((a, b) => a[0] - b[0]).map(([size, at]) => `${size} ${at}`).join(', ')];
  };

  // Text that is read rather than looked at: long paragraphs of rich text.
  const running = () => all('main p, main dd, main li').filter(element =>
    seen(element) && element.textContent.trim().length >= 160 && !element.querySelector('p, ul, ol, dl'));
  const body = () => {
    const found = new Map();
    const check = (element, size) => {
      const style = css(element), height = px(style.lineHeight) / px(style.fontSize);
      if (size && (px(style.fontSize) < 17 || px(style.fontSize) > 19)) once(found, kind(element) + 1, `${name(element)}: ${style.fontSize}`);
      if (!(height >= 1.495 && height <= 1.655)) once(found, kind(element) + 2, `${name(element)}: line-height ${height.toFixed(2)}`);
    };
    check(document.body, true);
    for (const element of running()) check(element, element.closest('.prose') !== null);
    return [...found.values()];
  };
  const measure = (least, most) => {
    const found = new Map();
    for (const element of running()) {
      const drawn = lines(element);
      if (drawn.length < 3) continue;
      const whole = drawn.reduce((sum, line) => sum + line.right - line.left, 0);
      const widest = Math.max(...drawn.map(line => line.right - line.left));
      const characters = widest / (whole / element.textContent.replace(/\s+/g, ' ').trim().length);
      const low = element.closest('.prose') && element.tagName === 'P' && !element.closest('td, th, blockquote, li, details') ? least : 0;
      if (characters > most + 1 || characters < low) once(found, kind(element), `${name(element)}: ${characters.toFixed(0)} characters a line`);
    }
    return [...found.values()];
  };

  const faces = () => [...document.fonts].map(face => ({
    family: face.family.replace(/["']/g, ''), style: face.style,
    weights: face.weight.split(' ').map(part => part === 'normal' ? 400 : part === 'bold' ? 700 : +part),
  }));
  const faux = () => {
    const found = new Map(), known = faces();
    const check = (element, pseudo) => {
      const style = css(element, pseudo);
      const family = style.fontFamily.split(',')[0].replace(/["']/g, '').trim();
      const mine = known.filter(face => face.family === family);
      if (!mine.length) {
        if (!/^(monospace|ui-monospace)$/.test(family)) once(found, family, `${name(element)}: ${family} has no face`);
        return;
      }
      const fits = mine.some(face => face.style === style.fontStyle &&
        +style.fontWeight >= face.weights[0] && +style.fontWeight <= (face.weights[1] || face.weights[0]));
      if (!fits) once(found, family + style.fontWeight + style.fontStyle, `${name(element)}${pseudo || ''}: ${family} ${style.fontWeight} ${style.fontStyle} has no face`);
    };
    for (const element of texts()) check(element);
    for (const element of all('main *')) {
      for (const pseudo of ['::before', '::after', '::first-letter']) {
        if (pseudo === '::first-letter' ? element.tagName === 'P' && seen(element) : /["'][^"'\s]/.test(css(element, pseudo).content) && seen(element)) check(element, pseudo);
      }
    }
    return [...found.values()];
  };
  const figures = () => {
    const found = new Map();
    for (const element of texts()) {
      const text = own(element).map(node => node.data).join('').trim();
      const price = element.closest('.price') || /^(Rp\s?)?\d{1,3}(\.\d{3})+$/.test(text);
      if (price && /\d/.test(text) && !css(element).fontVariantNumeric.includes('tabular-nums')) once(found, kind(element), `${name(element)}: figures of “${text}” are not tabular`);
    }
    return [...found.values()];
  };

  // What the eye meets going down the page: letters, pictures, fills and lines. Sticky and fixed parts stand nowhere.
  const marks = () => {
    const found = [], wide = document.documentElement.clientWidth;
    const add = (top, bottom) => { if (bottom > top) found.push([top + scrollY, bottom + scrollY]); };
    for (const element of all('body *')) {
      if (element.closest('.quick, .skip, svg svg') || (element.closest('svg') && element.tagName !== 'svg')) continue;
      const style = css(element), box = element.getBoundingClientRect();
      if (style.position === 'fixed' || box.width === 0 || !element.checkVisibility() || hidden(element)) continue;
      if (own(element).length) for (const line of rects(element)) add(line.top, line.bottom);
      if (element.matches('svg, img, input, textarea, select, button, iframe, .btn')) add(box.top, box.bottom);
      for (const [pseudo, side] of [[null, 'Top'], [null, 'Bottom'], ['::before', 'Top'], ['::before', 'Bottom'], ['::after', 'Top'], ['::after', 'Bottom']]) {
        const line = css(element, pseudo);
        if (pseudo && line.content === 'none') continue;
        if (px(line[`border${side}Width`]) && !clear(line[`border${side}Color`])) {
          const at = pseudo ? box.top + px(line.top) : side === 'Top' ? box.top : box.bottom - 1;
          add(at, at + 1);
        }
        // A drawn tile or band of colour is something to see, if it is no mere ground of what stands in it.
        if (line.backgroundImage !== 'none' && !pseudo) add(box.top, box.bottom);
      }
      // The edge between two grounds is a line too.
      const fill = style.backgroundColor;
      if (!clear(fill) && box.width > wide * .2) {
        let under = element.parentElement;
        while (under && clear(css(under).backgroundColor)) under = under.parentElement;
        if (under && css(under).backgroundColor !== fill) { add(box.top, box.top + 1); add(box.bottom - 1, box.bottom); }
      }
    }
    // The bar that stays at the foot of the screen covers as much of the page's end.
    const end = document.documentElement.scrollHeight - scrollY, bar = all('.quick').find(seen);
    if (bar) add(end - bar.getBoundingClientRect().height, end);
    return found.sort((a, b) => a[0] - b[0]);
  };
  const bands = most => {
    const found = [];
    let end = 0;
    for (const [top, bottom] of marks()) {
      if (top - end > most) {
        const middle = document.elementsFromPoint ? (end + top) / 2 : 0;
        const at = all('main > *, header, footer').find(part => { const box = part.getBoundingClientRect(); return box.top + scrollY <= middle && box.bottom + scrollY >= middle; });
        found.push(`nothing between ${Math.round(end)} and ${Math.round(top)} px${at ? ' in ' + (at.id ? '#' + at.id : at.tagName.toLowerCase() + '.' + at.className) : ''}`);
      }
      end = Math.max(end, bottom);
    }
    const left = document.documentElement.scrollHeight - end - (css(document.body).paddingBottom ? px(css(document.body).paddingBottom) : 0);
    if (left > most) found.push(`nothing in the last ${Math.round(left)} px`);
    return found;
  };
  const paddings = () => {
    const found = new Set();
    for (const section of all('main > *')) {
      if (section.matches('aside') || !seen(section)) continue;
      const only = section.children.length === 1 ? [section, section.children[0]] : [section];
      found.add(Math.round(only.reduce((sum, part) => sum + px(css(part).paddingTop) + px(css(part).paddingBottom), 0)));
    }
    return [...found].filter(value => value > 0).sort((a, b) => a - b);
  };

  // Words that stand in so little room that a line holds two or three letters.
  const squeezed = () => {
    const found = new Map();
    for (const element of texts()) {
      const length = element.textContent.replace(/\s+/g, ' ').trim().length;
      if (length >= 12 && lines(element).length > length / 4) once(found, kind(element), `${name(element)}: ${length} characters in ${lines(element).length} lines`);
    }
    return [...found.values()];
  };

  const centred = most => {
    const wide = document.documentElement.clientWidth;
    const found = all('main h2, main h3').filter(element => {
      if (!seen(element) || element.closest('.hero, .prose')) return false;
      const drawn = lines(element);
      if (!drawn.length) return false;
      const left = Math.min(...drawn.map(line => line.left)), right = Math.max(...drawn.map(line => line.right));
      return css(element).textAlign === 'center' || (left > wide * .15 && Math.abs(left - (wide - right)) < 12 && element.tagName === 'H2');
    });
    return found.length > most ? [`${found.length} centred headings: ${found.map(name).slice(0, 4).join(', ')}`] : [];
  };

  const overflow = () => {
    const wide = document.documentElement.clientWidth, found = new Map();
    if (document.documentElement.scrollWidth > wide) found.set('page', `the page is ${document.documentElement.scrollWidth} px wide`);
    const boxed = node => /(auto|scroll|hidden|clip)/.test(css(node).overflowX);
    const scrolls = node => node && node !== document.documentElement && (boxed(node) || scrolls(node.parentElement));
    for (const element of all('body *')) {
      const box = element.getBoundingClientRect();
      if (!box.width || (box.right <= wide + 1 && box.left >= -1)) continue;
      if (hidden(element) || css(element).position === 'fixed' || scrolls(element.parentElement)) continue;
      once(found, kind(element), `${name(element)}: from ${Math.round(box.left)} to ${Math.round(box.right)}`);
    }
    // Words cut off by the box they stand in.
    for (const around of all('body *')) {
      const style = css(around);
      if (!/(hidden|clip)/.test(style.overflowX) || style.display === 'contents' || hidden(around)) continue;
      const edge = around.getBoundingClientRect();
      if (!edge.width || !edge.height) continue;
      for (const element of [around, ...all('*', around)]) {
        if (!own(element).length || hidden(element) || css(element).textOverflow === 'ellipsis') continue;
        if (rects(element).some(line => line.right > edge.right + 1 || line.left < edge.left - 1)) once(found, kind(element) + 'cut', `${name(element)}: cut off`);
      }
    }
    return [...found.values()];
  };

  // Entries of a list that is set in columns: none stands alone in its row unless it fills it.
  const orphans = () => {
    const found = new Map();
    for (const list of all('main ul, main ol, main dl, main .cells, main .groups, main .asks')) {
      const style = css(list);
      if (style.columnCount !== 'auto' || style.columnWidth !== 'auto' || list.closest('.prose, .text, .lead') || !seen(list)) continue;
      const items = [...list.children].filter(item => seen(item) && css(item).position !== 'absolute');
      if (!items.length) continue;
      const boxes = items.map(item => item.getBoundingClientRect());
      const wide = list.clientWidth - px(style.paddingLeft) - px(style.paddingRight);
      const beside = (a, b) => Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4 && (a.right <= b.left + 1 || b.right <= a.left + 1);
      const alone = boxes.map(box => !boxes.some(other => other !== box && beside(box, other)));
      const columns = alone.some(value => !value);
      // Chips and words that wrap as text does have no columns.
      const natural = item => css(item).flexBasis === 'auto' && css(item).flexGrow === '0' && item.style.width === '';
      if (/flex/.test(style.display) && /wrap/.test(style.flexWrap) && items.every(natural)) continue;
      boxes.forEach((box, index) => {
        if (alone[index] && box.width < wide * (columns ? .9 : .6)) {
          once(found, kind(list) + items.length, `${name(list)}: ${items.length === 1 ? 'the only entry' : `entry ${index + 1} of ${items.length}`} fills ${Math.round(100 * box.width / wide)} % of its row`);
        }
      });
    }
    return [...found.values()];
  };

  const targets = least => {
    const found = new Map();
    for (const element of all('a[href], button, summary, input:not([type=hidden]), select, textarea')) {
      if (!seen(element) || element.disabled || element.closest('.tasks')) continue;
      // A link in a sentence is as high as its line (WCAG 2.5.8 excepts it too).
      const block = element.closest('p, li, dd, dt, address, div, figcaption, td, th, blockquote');
      const around = block ? block.textContent.replace(/\s+/g, '').length - element.textContent.replace(/\s+/g, '').length : 0;
      if (/^inline$/.test(css(element).display) && (around > 0 || element.closest('.prose')) && element.tagName === 'A') continue;
      // A press anywhere on its label ticks a box.
      const box = ((/^(checkbox|radio)$/.test(element.type) && element.closest('label')) || element).getBoundingClientRect();
      let height = box.height;
      const over = css(element, '::after');
      if (over.content !== 'none' && over.position === 'absolute') height = Math.max(height, px(over.height));
      if (height < least - .5) once(found, kind(element), `${name(element)}: ${height.toFixed(0)} px high`);
    }
    return [...found.values()];
  };
  const surface = () => {
    const found = new Map();
    for (const element of all('body *')) {
      const style = css(element);
      const sides = ['Top', 'Right', 'Bottom', 'Left'].filter(side => px(style[`border${side}Width`]) && !clear(style[`border${side}Color`]));
      if (sides.length > 2 && style.boxShadow !== 'none' && !/inset/.test(style.boxShadow)) once(found, kind(element), `${name(element)}: a border and a shadow`);
      if (style.animationName !== 'none') once(found, kind(element) + 'a', `${name(element)}: moves by itself`);
      if (style.transitionDuration.split(',').some(time => px(time) > .2)) once(found, kind(element) + 't', `${name(element)}: changes in ${style.transitionDuration}`);
    }
    return [...found.values()];
  };

  // Pictures that did not come: what stands in their place is something, or there is no place.
  const holes = () => {
    const found = new Map();
    for (const picture of all('main img')) {
      if (picture.complete && picture.naturalWidth) continue;
      // A picture that is alone in its box leaves all of that empty.
      const alone = picture.parentElement.children.length === 1 && !own(picture.parentElement).length;
      const box = (alone ? picture.parentElement : picture).getBoundingClientRect();
      if (box.height <= 64) continue;
      let around = picture, drawn = false;
      while (around && around !== document.body && !drawn) {
        const at = around.getBoundingClientRect();
        if (at.height > box.height * 2 && around !== picture) break;
        drawn = css(around).backgroundImage !== 'none' || (around !== picture && around.querySelector('svg') !== null);
        around = around.parentElement;
      }
      if (!drawn) once(found, kind(picture) + kind(picture.parentElement), `${name(picture)} in ${kind(picture.parentElement)}: a hole of ${Math.round(box.width)}×${Math.round(box.height)}`);
    }
    return [...found.values()];
  };

  const headings = shown => shown.map(html => {
    document.querySelector('h1').outerHTML = html;
    return lines(document.querySelector('h1')).length;
  });
  // What a visitor sees before scrolling: whose page, what it offers, and what can be done.
  const firstScreen = site => {
    const bar = all('.quick').find(seen), floor = innerHeight - (bar ? bar.getBoundingClientRect().height : 0);
    const above = element => { const box = element.getBoundingClientRect(); return seen(element) && box.bottom <= floor + 1 && box.top >= -1; };
    const missing = [];
    if (!texts().some(element => above(element) && (element.closest('a, p, h1, div') || element).textContent.includes(site))) missing.push(`the name ${site}`);
    const heading = document.querySelector('h1');
    if (!heading || !above(heading)) missing.push(`the first heading (ends at ${heading ? Math.round(heading.getBoundingClientRect().bottom) : '?'} of ${Math.round(floor)} px)`);
    if (!all('main a').some(above) && !(bar && bar.querySelector('a'))) missing.push('an action');
    return missing.map(one => `the first screen lacks ${one}`);
  };
  const density = least => {
    const entries = all('.t-menu li').filter(seen);
    if (!entries.length) return ['no menu'];
    const boxes = entries.map(entry => entry.getBoundingClientRect());
    const first = Math.min(...boxes.map(box => box.top)), last = Math.max(...boxes.map(box => box.bottom));
    const each = entries.length / ((last - first) / innerHeight);
    return each < least ? [`${each.toFixed(1)} entries of the menu a screen`] : [];
  };
  const fills = () => {
    const footer = document.querySelector('footer');
    const end = footer ? footer.getBoundingClientRect().bottom + scrollY : 0;
    return end < innerHeight - 1 ? [`the page ends at ${Math.round(end)} of ${innerHeight} px`] : [];
  };
  const printed = words => words.filter(word => !all('body *').some(element =>
    element.checkVisibility() && css(element).position !== 'fixed' && element.textContent.replace(/\s+/g, ' ').includes(word) &&
    rects(element).length)).map(word => `paper lacks ${word}`);

  return {seen, sizes, body, measure, faux, figures, bands, paddings, squeezed, centred, overflow, orphans, targets, surface, holes, headings, firstScreen, density, fills, printed};
})();
