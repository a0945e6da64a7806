'use strict';
(async () => {
const $ = id => document.getElementById(id);
const SVG = 'http://www.w3.org/2000/svg';
const PAUSE = 2000, NOTCH = 30, MANY = 2000, LIMITS = ['busy', 'concurrency', 'slot', 'throttle'];

// Text of events becomes text nodes and attributes alone, and is read as markup nowhere.
function add(to, tag, attributes, text) {
  const one = to instanceof SVGElement || tag === 'svg' ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const name in attributes) one.setAttribute(name, attributes[name]);
  if (text !== undefined) one.textContent = text;
  to.appendChild(one);
  return one;
}

async function read() {
  const source = $('data');
  if (source.dataset.form === 'json') return JSON.parse(source.textContent);
  const bytes = Uint8Array.from(atob(source.textContent), c => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return JSON.parse(await new Response(stream).text());
}

let data;
try {
  data = await read();
} catch (e) {
  $('sentence').textContent = 'This browser cannot unpack the page: ' + e.message;
  return;
}

const word = i => i < 0 ? '' : data.texts[i];
const pad = (n, width) => String(n).padStart(width, '0');
const shown = ms => ms < 1000 ? Math.round(ms) + ' ms' : ms < 10000 ? (ms / 1000).toFixed(2) + ' s'
  : ms < 120000 ? (ms / 1000).toFixed(1) + ' s' : ms < 7200000 ? Math.round(ms / 60000) + ' min' : Math.round(ms / 3600000) + ' h';
const clock = ms => {
  const d = new Date(ms);
  return pad(d.getHours(), 2) + ':' + pad(d.getMinutes(), 2) + ':' + pad(d.getSeconds(), 2);
};
const moment = ms => {
  const d = new Date(ms);
  return d.getFullYear() + '-' + pad(d.getMonth() + 1, 2) + '-' + pad(d.getDate(), 2) + ' ' + clock(ms) + '.' + pad(d.getMilliseconds(), 3);
};

// Columns become rows; times are kept as the distance from the one before.
function rows(columns) {
  const names = Object.keys(columns), count = names.length ? columns[names[0]].length : 0, found = [];
  for (let i = 0; i < count; i++) {
    const row = {};
    for (const name of names) row[name] = columns[name][i];
    found.push(row);
  }
  return found;
}
function undelta(list, name) {
  let at = data.t0;
  for (const one of list) at = one[name] += at;
}

const events = rows(data.events), runs = rows(data.runs), notes = rows(data.notes), awaits = rows(data.awaits);
undelta(events, 'ms'); undelta(runs, 'start'); undelta(notes, 'ms'); undelta(awaits, 'start');
runs.forEach((run, i) => {
  run.i = i;
  run.end = run.start + run.ms;
  run.waits = run.wait ? run.wait.map(([cause, ms]) => ({ cause: data.causes[cause], ms })) : [];
  run.ready = run.start - run.waits.reduce((sum, wait) => sum + wait.ms, 0);
  run.name = word(run.action);
  run.what = word(run.outcome);
  run.bad = run.what !== 'ok' && run.what !== 'cut';
  run.ids = run.events || [run.event];
  run.order = word(run.event >= 0 ? events[run.event].id : -1) + (run.suffix >= 0 ? word(run.suffix) : '');
});
const crit = new Set(data.critical);

$('project').textContent = data.project;
$('sentence').textContent = data.sentence;
for (const [text, count] of data.verdicts) add($('verdicts'), 'span', {}, text + (count > 1 ? ' × ' + count : ''));
{
  const most = Math.max(1, ...data.bounds.map(bound => bound[1]));
  for (const [name, ms, kind, text] of data.bounds) {
    add($('bounds'), 'span', {}, name);
    add(add($('bounds'), 'div', { class: 'bar ' + kind }), 'i', {}).style.width = 100 * ms / most + '%';
    add($('bounds'), 'span', {}, text);
  }
  $('saved').textContent = data.saved;
}

function choices(id, all, values) {
  add($(id), 'option', { value: '' }, all);
  for (const [value, text] of values) add($(id), 'option', { value }, text);
}
choices('cascade', 'all ' + data.cascades.length, data.cascades.map((one, i) =>
  [i, '#' + (i + 1) + '  ' + clock(data.t0 + one.began) + '  ' + one.verdict]));
choices('rule', 'all', [...new Set(runs.map(run => run.rule))].map(i => [i, word(i)]));
choices('session', 'all', [...new Set(runs.map(run => run.session))].filter(i => i >= 0).map(i => [i, word(i)]));

let zoom = 1, chosen = null;
const wanted = run => ($('cascade').value === '' || run.cascade === +$('cascade').value)
  && ($('rule').value === '' || run.rule === +$('rule').value)
  && ($('session').value === '' || run.session === +$('session').value) && (!$('failed').checked || run.bad);

// Time to place: pauses of more than two seconds are a notch of one width.
function scale(spans, width) {
  const parts = [];
  for (const [from, to] of spans.sort((a, b) => a[0] - b[0])) {
    const last = parts[parts.length - 1];
    if (last && from - last.to <= PAUSE) last.to = Math.max(last.to, to);
    else parts.push({ from, to });
  }
  const notch = parts.length > 1 ? Math.min(NOTCH, width * .3 / (parts.length - 1)) : 0;
  const time = parts.reduce((sum, part) => sum + part.to - part.from, 0) || 1;
  const perMs = (width - 20 - notch * (parts.length - 1)) / time;
  let x = 10;
  for (const part of parts) {
    part.x = x;
    x += (part.to - part.from) * perMs + notch;
  }
  const at = ms => {
    let low = 0, high = parts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (parts[middle].from <= ms) low = middle; else high = middle - 1;
    }
    const part = parts[low];
    return part ? part.x + Math.max(0, Math.min(ms, part.to) - part.from) * perMs : x;
  };
  return { at, parts, notch, perMs };
}

function draw() {
  const kept = runs.filter(wanted);
  $('labels').replaceChildren();
  $('scroll').replaceChildren();
  if (!kept.length) {
    add($('scroll'), 'p', {}, 'No run is like that.');
    fillRuns(kept);
    return;
  }
  const width = Math.max(300, $('scroll').clientWidth || 900) * zoom;
  const isAll = kept.length === runs.length;
  const began = kept.reduce((least, run) => Math.min(least, run.ready), Infinity);
  const ended = kept.reduce((most, run) => Math.max(most, run.end), -Infinity);
  const inside = ms => isAll || ms >= began - PAUSE && ms <= ended + PAUSE;
  const ticks = events.filter(one => one.line && inside(one.ms));
  const held = awaits.filter(one => inside(one.start));
  const axis = scale([...kept.map(run => [run.ready, run.end]), ...ticks.map(one => [one.ms - one.hook / 1000, one.ms]),
    ...held.map(one => [one.start, one.start + one.waited])], width);
  const svg = add($('scroll'), 'svg', { width, role: 'group', 'aria-label': 'Runs over time' });
  const side = add($('labels'), 'svg', { width: 150 });
  patterns(svg);
  const back = add(svg, 'g', {});

  let y = 22;
  // Claude
  const claude = { y, height: 46 };
  label(side, y + 16, 'Claude waits', '');
  for (const one of held)
    title(add(svg, 'rect', { class: 'await', x: axis.at(one.start), y: y + 22, height: 14,
      width: Math.max(1, one.waited * axis.perMs) }), word(one.event) + ' held for ' + shown(one.waited));
  let free = -Infinity;
  for (const one of ticks) {
    const x = axis.at(one.ms), thick = Math.max(1, one.hook / 1000 * axis.perMs);
    title(add(svg, 'rect', { class: 'hook', x: x - thick, y: y + 20, width: thick, height: 18 }),
      word(one.name) + ' ' + clock(one.ms) + ', its hook took ' + (one.hook / 1000).toFixed(1) + ' ms');
    if (!['UserPromptSubmit', 'Stop', 'StopFailure', 'SubagentStop', 'SessionStart', 'SessionEnd'].includes(word(one.name))) continue;
    const long = 12 + word(one.name).length * 6.5, isLast = x + long > width;
    if (x - (isLast ? long : 0) < free) continue;
    one.lineAt = x;
    add(svg, 'text', { x: isLast ? x - 3 : x + 3, y: y + 12, 'text-anchor': isLast ? 'end' : 'start' }, word(one.name));
    free = isLast ? width : x + long;
  }
  y += claude.height;

  // At once
  const once = { y: y + 6, height: 72 };
  label(side, y + 20, 'runs at once', 'over ' + data.cores + (data.simulated ? ' process slots' : ' cores, CPU filled'));
  drawOnce(svg, kept, axis, once);
  y = once.y + once.height + 8;

  // Lanes
  const lanes = new Map();
  for (const run of kept) (lanes.get(run.name) || lanes.set(run.name, []).get(run.name)).push(run);
  const isDense = kept.length > MANY;
  const bands = [];
  for (const [name, all] of lanes) {
    const tiny = isDense ? all.filter(run => run.ms * axis.perMs < 1) : [];
    const single = isDense ? all.filter(run => run.ms * axis.perMs >= 1) : all;
    const ends = [];
    for (const run of single) {
      let row = ends.findIndex(end => end <= run.ready);
      if (row < 0) row = ends.length < 60 ? ends.length : ends.indexOf(Math.min(...ends));
      ends[row] = Math.max(run.end, run.ready + 1 / axis.perMs);
      run.row = row;
    }
    const step = ends.length > 12 ? Math.max(5, 200 / ends.length) : 16;
    const top = y + 6, strip = tiny.length ? 14 : 0;
    for (const run of single) [run.y, run.height] = [top + strip + run.row * step, Math.max(3, step - 4)];
    if (strip) drawDense(svg, tiny, axis, top);
    const height = Math.max(30, strip + ends.length * step + 10);
    for (const note of notes)
      if (word(note.action) === name && inside(note.ms))
        title(add(svg, 'circle', { class: 'hollow', cx: axis.at(note.ms), cy: top + strip + 6, r: 4 }),
          word(note.outcome) + ': ' + word(note.why));
    label(side, y + 18, name, all.length + (all.length === 1 ? ' run' : ' runs') + (tiny.length ? ', ' + tiny.length + ' merged' : ''));
    bands.push({ y, height });
    y += height;
  }
  const drawn = kept.filter(run => run.y !== undefined);
  const front = add(svg, 'g', {});
  for (const run of drawn) drawRun(front, run, axis);
  kept.forEach(run => { run.top = run.y; delete run.y; });

  // What lies below all of it
  for (const [i, band] of [claude, ...bands].entries())
    add(back, 'rect', { class: i % 2 ? 'band' : 'none', x: 0, y: band.y, width, height: band.height, fill: 'none' });
  for (const line of [once.y - 6, once.y + once.height + 8])
    add(back, 'line', { class: 'rule', x1: 0, x2: width, y1: line, y2: line });
  for (const one of ticks)
    if (one.lineAt !== undefined) {
      add(back, 'line', { class: 'moment', x1: one.lineAt, x2: one.lineAt, y1: claude.y, y2: y });
      delete one.lineAt;
    }
  axis.parts.forEach((part, i) => {
    const next = axis.parts[i + 1], from = part.x + (part.to - part.from) * axis.perMs;
    if (i === 0 || from - part.x > 70 || axis.notch >= NOTCH) add(svg, 'text', { x: part.x, y: 14 }, clock(part.from));
    if (!next) return;
    add(back, 'rect', { class: 'notch', x: from + axis.notch * .15, y: 0, width: axis.notch * .7, height: y });
    if (axis.notch >= NOTCH)
      add(svg, 'text', { x: from + axis.notch / 2, y: y + 13, 'text-anchor': 'middle' }, shown(next.from - part.to));
  });
  for (const one of [svg, side]) one.setAttribute('height', y + 20);
  svg.setAttribute('viewBox', '0 0 ' + width + ' ' + (y + 20));
  const first = front.querySelector('g.one');
  if (first) first.setAttribute('tabindex', 0);
  fillRuns(kept);
}

function label(side, y, name, below) {
  title(add(side, 'text', { class: 'name', x: 10, y }, name.length > 22 ? name.slice(0, 21) + '…' : name), name);
  if (below) add(side, 'text', { x: 10, y: y + 13 }, below.length > 24 ? below.slice(0, 23) + '…' : below);
}

function title(one, text) {
  add(one, 'title', {}, text);
  return one;
}

function patterns(svg) {
  const defs = add(svg, 'defs', {});
  const kinds = { window: 'M0 3h6', busy: 'M0 6L6 0', concurrency: 'M3 0v6', slot: 'M0 0L6 6', throttle: 'M0 6L6 0M0 0L6 6',
    later: 'M1 3h2', start: '', cut: 'M0 6L6 0' };
  for (const kind in kinds)
    add(add(defs, 'pattern', { id: 'p-' + kind, width: 6, height: 6, patternUnits: 'userSpaceOnUse' }), 'path',
      { class: kind === 'cut' ? 'hatch' : 'pattern', d: kinds[kind] });
  add(add(defs, 'marker', { id: 'head', markerWidth: 7, markerHeight: 7, refX: 6, refY: 3, orient: 'auto' }), 'path',
    { class: 'head', d: 'M0 0L6 3L0 6z' });
}

function drawOnce(svg, kept, axis, box) {
  const steps = [];
  for (const run of kept) {
    const cpu = run.cpu > 0 ? run.cpu / Math.max(1, run.ms) : 0;
    steps.push([run.start, 1, cpu], [Math.max(run.end, run.start + 1), -1, -cpu]);
  }
  steps.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let now = 0, most = data.cores;
  for (const step of steps) most = Math.max(most, now += step[1]);
  const up = count => box.y + box.height - count / most * (box.height - 10);
  // Of all that happens within a pixel the highest is drawn.
  let runsNow = 0, cpuNow = 0, line = 'M0 ' + up(0), area = 'M0 ' + up(0), i = 0;
  while (i < steps.length) {
    const x = axis.at(steps[i][0]);
    let high = runsNow, highCpu = cpuNow, until = x;
    const before = [runsNow, cpuNow];
    while (i < steps.length && (until = axis.at(steps[i][0])) < x + 1) {
      runsNow += steps[i][1];
      cpuNow += steps[i][2];
      high = Math.max(high, runsNow);
      highCpu = Math.max(highCpu, cpuNow);
      i++;
    }
    const at = x.toFixed(1);
    line += 'H' + at + 'V' + up(high).toFixed(1) + 'h.8V' + up(runsNow).toFixed(1);
    area += 'H' + at + 'V' + up(Math.min(most, highCpu)).toFixed(1) + 'h.8V' + up(Math.min(most, Math.max(0, cpuNow))).toFixed(1);
  }
  add(svg, 'path', { class: 'cpu', d: area + 'V' + up(0) + 'z' });
  add(svg, 'line', { class: 'cores', x1: 0, x2: svg.getAttribute('width'), y1: up(data.cores), y2: up(data.cores) });
  add(svg, 'path', { class: steps.length > MANY ? 'once many' : 'once', d: line + 'H' + svg.getAttribute('width') });
  add(svg, 'text', { x: 2, y: up(most) - 1 }, String(most));
}

function drawDense(svg, tiny, axis, top) {
  const bins = new Map();
  for (const run of tiny) {
    const x = Math.floor(axis.at(run.start) / 2) * 2, bin = bins.get(x) || [0, 0];
    bin[0]++;
    if (run.bad) bin[1]++;
    bins.set(x, bin);
  }
  const most = Math.max(...[...bins.values()].map(bin => bin[0]));
  for (const [x, [count, bad]] of bins)
    title(add(svg, 'rect', { class: bad ? 'dense bad' : 'dense', x, y: top, width: 2, height: 10, opacity: .3 + .7 * count / most }),
      count + ' runs, ' + bad + ' failed; zoom in to see each');
}

function drawRun(front, run, axis) {
  const x = axis.at(run.start), wide = Math.max(1.5, run.ms * axis.perMs), middle = run.y + run.height / 2;
  const one = add(front, 'g', { class: 'one' + (run.bad ? ' failed' : '') + (run.what === 'cut' ? ' cut' : '') + (crit.has(run.i) ? ' crit' : '')
    + (chosen === run ? ' chosen' : ''), tabindex: -1, role: 'button', 'aria-label': run.name + ', ' + run.what + ', ' + shown(run.ms) + ' at ' + clock(run.start) });
  let from = run.ready;
  for (const wait of run.waits) {
    const begin = axis.at(from), end = axis.at(from += wait.ms);
    if (end - begin > .5)
      title(add(one, 'rect', { class: 'wait', x: begin, y: middle - run.height / 4, width: end - begin, height: run.height / 2,
        fill: wait.cause === 'start' ? 'none' : 'url(#p-' + wait.cause + ')' }), wait.cause + ' ' + shown(wait.ms));
  }
  if (run.ids.length > 1) {
    const times = run.ids.map(i => axis.at(events[i].ms));
    add(one, 'line', { class: 'join', x1: Math.min(...times), x2: x, y1: middle, y2: middle });
    for (const at of times) add(one, 'circle', { class: 'member', cx: at, cy: middle, r: 2 });
  }
  const before = run.before >= 0 ? runs[run.before] : null;
  if (before && (before.y ?? before.top) !== undefined && wanted(before) && wide > 3) {
    const at = axis.at(before.end), high = (before.y ?? before.top) + before.height / 2;
    const bend = Math.max(6, (x - at) / 2);
    add(one, 'path', { class: 'arrow', 'marker-end': 'url(#head)',
      d: 'M' + at + ' ' + high + 'C' + (at + bend) + ' ' + high + ' ' + (x - bend) + ' ' + middle + ' ' + x + ' ' + middle });
  }
  title(add(one, 'rect', { class: 'run', x, y: run.y, width: wide, height: run.height, rx: 1.5 }),
    run.name + ' ' + run.what + ' ' + shown(run.ms) + '\n' + word(run.cmd));
  if (run.bad) {
    const size = Math.min(3.5, run.height / 2), right = x + wide + 5;
    add(one, 'path', { class: 'cross', d: 'M' + (right - size) + ' ' + (middle - size) + 'l' + 2 * size + ' ' + 2 * size
      + 'M' + (right - size) + ' ' + (middle + size) + 'l' + 2 * size + ' ' + -2 * size });
  }
  run.node = one;
  one.run = run;
}

function choose(run, andFocus) {
  if (chosen && chosen.node) chosen.node.classList.remove('chosen');
  chosen = run;
  if (run.node && run.node.isConnected) {
    run.node.classList.add('chosen');
    if (andFocus) focus(run.node);
  }
  const panel = $('detail');
  panel.hidden = false;
  panel.className = run.bad ? 'failed' : '';
  panel.replaceChildren();
  add(panel, 'strong', {}, run.name + ': ' + run.what);
  const list = add(panel, 'dl', {});
  for (const [name, value] of fields(run))
    if (value !== '') {
      add(list, 'dt', {}, name);
      add(list, 'dd', {}, value);
    }
}

function focus(node) {
  for (const other of node.parentNode.querySelectorAll('[tabindex="0"]')) other.setAttribute('tabindex', -1);
  node.setAttribute('tabindex', 0);
  node.focus({ preventScroll: true });
  node.scrollIntoView({ block: 'nearest', inline: 'center' });
}

// The line of the journal, and the command that tells the rest.
const fields = run => [
  ['why', word(run.why)], ['command', word(run.cmd)], ['ask', data.simulated ? '' : 'hookrules why ' + run.order], ['rule', word(run.rule)],
  ['event', word(run.hook)], ['event_id', word(events[run.event]?.id ?? -1)], ['order', run.order], ['session', word(run.session)],
  ['events', run.ids.length > 1 ? run.ids.map(i => word(events[i].id)).join('\n') : ''], ['files', word(run.files)],
  ['published', moment(events[run.event]?.ms ?? run.ready)], ['start', moment(run.start)], ['end', moment(run.end)],
  ['duration', run.ms + ' ms'], ['waited', waited(run)], ['closed by', word(run.closed)], ['outcome', run.what],
  ['exit code', run.exit === null ? '' : String(run.exit)], ['signal', run.signal ? String(run.signal) : ''],
  ['attempt', run.attempt + ' of ' + run.of], ['CPU', run.cpu < 0 ? '' : run.cpu + ' ms'],
  ['memory', run.rss > 0 ? run.rss + ' MB' : ''],
  ['cascade', '#' + (run.cascade + 1)], ['after', run.before >= 0 ? runs[run.before].order : ''],
];
const waited = run => run.waits.map(wait => wait.cause + ' ' + wait.ms + ' ms').join(', ');

function table(id, heads, lines) {
  const into = $(id);
  into.replaceChildren();
  const head = add(add(into, 'thead', {}), 'tr', {});
  for (const name of heads) add(head, 'th', name.startsWith('>') ? { class: 'number' } : {}, name.replace(/^[>=]/, ''));
  const body = add(into, 'tbody', {});
  for (const line of lines) {
    const row = add(body, 'tr', {});
    line.forEach((value, i) => {
      const kind = heads[i].startsWith('>') ? 'number' : heads[i].startsWith('=') ? 'long' : '';
      if (value instanceof Function) value(add(row, 'td', {}));
      else add(row, 'td', kind ? { class: kind } : {}, String(value));
    });
  }
}

function fillRuns(kept) {
  table('runs', ['', 'start', 'action', 'outcome', '>exit', '>attempt', '>duration ms', '>CPU ms', '>memory MB', '=waited', '=rule', '=files',
    'session', 'order', '=why', '=command'], kept.map(run => [
    cell => {
      const button = add(cell, 'button', { type: 'button', 'aria-label': 'Show run ' + (run.i + 1) }, String(run.i + 1));
      button.addEventListener('click', () => { choose(run, false); $('detail').scrollIntoView({ block: 'nearest' }); });
    },
    moment(run.start), run.name, cell => { cell.textContent = run.what; if (run.bad) cell.className = 'bad'; }, run.exit ?? '',
    run.attempt + '/' + run.of, run.ms, run.cpu < 0 ? '' : run.cpu, run.rss > 0 ? run.rss : '', waited(run), word(run.rule), word(run.files),
    word(run.session), run.order, word(run.why), word(run.cmd)]));
}

table('cascades', ['>#', 'began', 'verdict', '>events', '>runs', '>wall ms', '>busy ms', '>sum ms', '>speed-up', '>most', '>critical ms',
  '=critical path', '=apart by'], data.cascades.map((one, i) => [i + 1, moment(data.t0 + one.began), one.verdict, one.events, one.runs, one.wall,
  one.busy, one.sum, one.speed, one.most, one.critical, one.path, one.causes]));
table('actions', ['action', '>runs', '>failed', '>wait p50', '>p95', '>max', '>duration p50', '>p95', '>max', '>CPU ms', '>most at once', '>mean'],
  data.actions);
table('events', ['published', 'event', 'session', '=file', '>hook µs', 'id'], [
  ...events.filter(one => one.line).map(one => [one.ms, [moment(one.ms), word(one.name), word(one.session), word(one.file), one.hook, word(one.id)]]),
  ...awaits.map(one => [one.start, [moment(one.start), word(one.event) + ' held for ' + one.waited + ' ms', word(one.session), '', '', '']]),
  ...notes.map(one => [one.ms, [moment(one.ms), word(one.action) + ' ' + word(one.outcome), '', word(one.why), '', '']]),
].sort((a, b) => a[0] - b[0]).map(line => line[1]));

for (const [kind, text] of [['ok', 'run'], ['bad', 'failed'], ['cut', 'cut'], ['crit', 'critical path'], ['note', 'skipped'],
  ...[...new Set(runs.flatMap(run => run.waits.map(wait => wait.cause)))].map(cause => [cause, 'waits: ' + cause])]) {
  const item = add($('legend'), 'span', {}), svg = add(item, 'svg', { width: 22, height: 12 });
  if (kind === 'note') add(svg, 'circle', { class: 'hollow', cx: 11, cy: 6, r: 4 });
  else if (['ok', 'bad', 'cut', 'crit'].includes(kind)) {
    const one = add(svg, 'g', { class: kind === 'bad' ? 'failed' : kind });
    add(one, 'rect', { class: 'run', x: 1, y: 1, width: kind === 'bad' ? 12 : 20, height: 10 });
    if (kind === 'bad') add(one, 'path', { class: 'cross', d: 'M15 3l6 6M15 9l6 -6' });
  } else add(svg, 'rect', { class: 'wait', x: 1, y: 2, width: 20, height: 8, fill: kind === 'start' ? 'none' : 'url(#p-' + kind + ')' });
  add(item, 'span', {}, text);
}

$('scroll').addEventListener('click', e => { const one = e.target.closest('g.one'); if (one) choose(one.run, true); });
$('scroll').addEventListener('keydown', e => {
  const one = e.target.closest('g.one');
  if (!one) return;
  const all = [...one.parentNode.children].map(node => node.run);
  const near = (list, run) => list.reduce((best, other) => !best || Math.abs(other.start - run.start) < Math.abs(best.start - run.start) ? other : best, null);
  const lanes = [...new Set(all.map(run => run.name))], at = lanes.indexOf(one.run.name);
  const next = {
    ArrowRight: () => all[all.indexOf(one.run) + 1], ArrowLeft: () => all[all.indexOf(one.run) - 1],
    ArrowDown: () => near(all.filter(run => run.name === lanes[at + 1]), one.run),
    ArrowUp: () => near(all.filter(run => run.name === lanes[at - 1]), one.run), Home: () => all[0], End: () => all[all.length - 1],
  }[e.key];
  if (e.key === 'Enter' || e.key === ' ') choose(one.run, true);
  else if (next) { const found = next(); if (found) focus(found.node); }
  else return;
  e.preventDefault();
});
document.addEventListener('keydown', e => {
  if (e.target.closest('select, input') || e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.key === '+' || e.key === '=') zoomBy(2); else if (e.key === '-') zoomBy(.5);
});
function zoomBy(factor) {
  const box = $('scroll'), middle = (box.scrollLeft + box.clientWidth / 2) / box.scrollWidth;
  zoom = factor ? Math.min(512, Math.max(1, zoom * factor)) : 1;
  draw();
  box.scrollLeft = middle * box.scrollWidth - box.clientWidth / 2;
}
$('in').addEventListener('click', () => zoomBy(2));
$('out').addEventListener('click', () => zoomBy(.5));
$('fit').addEventListener('click', () => zoomBy(0));
for (const id of ['cascade', 'rule', 'session', 'failed']) $(id).addEventListener('change', () => zoomBy(0));
$('filters').addEventListener('submit', e => e.preventDefault());
window.addEventListener('resize', () => draw());
draw();
document.documentElement.dataset.drawn = 'yes';
})();
