// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * Makes the flame graph answer. The static picture is complete without it; here all boxes are made
 * again from the data in the file (flamegraph_data.h), fitted to the window: merged by function or
 * by line, from the root or from the leaf, of all or of one process or thread, with kinds of frames
 * folded into their callers. Names are only ever set as text, never as markup.
 */
(function () {
'use strict';

const $ = (id) => document.getElementById(id), active = () => document.activeElement;
const rectOf = (element) => element.getBoundingClientRect();
const svg = $('head').ownerSVGElement, frames = $('frames'), head = $('head'), ground = $('headground');
if (!frames || !$('data'))
	return;
const SVG = svg.namespaceURI, HTML = $('panel').firstChild.namespaceURI;
const PAD = 10, ROW = 17, BOX = 16, MIN_COLUMNS = 3, MAX_BOXES = 2500;
const HINT = 'Click or Enter zooms, arrows walk, / or Ctrl-F searches, Esc goes back.';

/* ---- what the file says ---- */

const data = JSON.parse($('data').textContent);
const FNS = data.functions, FRS = data.frames, N = data.nodes.length / 3;
const CUT = FNS.length / 2; // the function that stands for callees without room in the file
FNS.push('m', '[no room in this file]');
const CUT_FRAME = FRS.length / 2;
FRS.push(CUT, 0);
const depthOf = (i) => data.nodes[3 * i], selfOf = (i) => data.nodes[3 * i + 2];
const frameOf = (i) => data.nodes[3 * i + 1] < 0 ? CUT_FRAME : data.nodes[3 * i + 1];
const classesOf = (fn) => fn < 0 ? 'a' : FNS[2 * fn], kindOf = (fn) => classesOf(fn)[0];
const isPython = (fn) => 'pqs'.includes(kindOf(fn));

/* Samples of each node and what it calls; whether Python is in there. */
const totals = new Float64Array(N), python = [];
for (let i = N - 1, sums = [], found = []; i >= 0; i--) {
	const depth = depthOf(i);
	python[i] = found[depth + 1] || isPython(FRS[2 * frameOf(i)]);
	found[depth + 1] = false;
	found[depth] = found[depth] || python[i];
	totals[i] = selfOf(i) + (sums[depth + 1] || 0);
	sums[depth + 1] = 0;
	sums[depth] = (sums[depth] || 0) + totals[i];
}

function labelOf(fn, line) {
	const label = fn < 0 ? 'all' : FNS[2 * fn + 1];
	return line && isPython(fn) ? label.replace(/:\d+\)$/, `:${line})`) : label;
}

/*
 * Threads without Python that are not the first of their process keep their name where threads are
 * not split, for it says more than the process. This is the function of one without its id.
 */
const unnumbered = new Map();
function withoutId(fn) {
	const name = labelOf(fn).replace(/ \(\d+\)$/, '');
	if (!unnumbered.has(name))
		unnumbered.set(name, FNS.push('t', name) / 2 - 1);
	return unnumbered.get(name);
}

/* ---- the view: what is asked for, all of it kept behind the # of the address ---- */

const FLAGS = ['icicle', 'lines', 'reversed', 'threads', 'ignorecase'];
const view = {process: '', thread: '', fold: '', search: '', zoom: ''};
let root, forwardNodes, zoomed, current, pattern = null, matched = 0;
let width = 1200, rows = 4, headHeight = 96, column = 7.25, shown = [];
const known = new Map(); // frame -> whether it matches
const nextOfNode = new Int32Array(N); // data nodes in one node of the view, as a list

function makeNode(fn, line, frame, parent) {
	return {fn, line, frame, parent, total: 0, self: 0, kids: [], first: -1,
		depth: parent ? parent.depth + 1 : 0, group: null, sources: null};
}

/* The tree from the root, of what the view takes. */
function build() {
	const known = new Map(), path = [];

	forwardNodes = [root = makeNode(-1, 0, -1, null)];
	root.id = 0;
	for (let i = 0; i < N; i++) {
		const depth = depthOf(i), frame = frameOf(i), kind = kindOf(FRS[2 * frame]);
		let fn = FRS[2 * frame], part = view.lines ? frame : fn;
		const parent = depth > 1 ? path[depth - 1] : root;
		path[depth] = null;
		const wanted = [0, view.process, view.thread][depth];
		if (!parent || wanted && wanted !== labelOf(fn))
			continue;
		const joined = kind === 't' && data.detail && !view.threads;
		let node = parent;
		if (joined) {
			fn = withoutId(fn);
			part = FRS.length + fn;
		}
		if (!view.fold.includes(kind) && !(joined && (python[i] || !FRS[2 * frame + 1]))) {
			const key = parent.id * 1e7 + part;
			node = known.get(key);
			if (!node) {
				node = makeNode(fn, view.lines ? FRS[2 * frame + 1] : 0, part, parent);
				node.id = forwardNodes.push(node) - 1;
				known.set(key, node);
				parent.kids.push(node);
			}
			nextOfNode[i] = node.first;
			node.first = i;
		}
		path[depth] = node;
		node.self += selfOf(i);
	}
	for (let i = forwardNodes.length - 1; i >= 0; i--) {
		const node = forwardNodes[i];
		node.total += node.self;
		node.kids = node.kids.filter((kid) => kid.total);
		if (node.parent)
			node.parent.total += node.total;
	}
	forwardNodes = forwardNodes.filter((node) => node.total);
	if (view.reversed)
		reverse();
}

/* From the leaf: callers are added when they are looked at, for those are few. */
function reverse() {
	const from = root;
	root = makeNode(-1, 0, -1, null);
	root.total = from.total;
	root.sources = forwardNodes.filter((node) => node.self && node.parent)
		.map((node) => [node, node.self]);
}

function kidsOf(node) {
	if (!node.sources)
		return node.kids;
	const byPart = new Map();
	for (const [at, samples] of node.sources) {
		if (!at.parent)
			continue;
		let kid = byPart.get(at.frame);
		if (!kid) {
			byPart.set(at.frame, kid = makeNode(at.fn, at.line, at.frame, node));
			kid.sources = [];
		}
		kid.total += samples;
		kid.self += node.parent ? 0 : samples;
		kid.sources.push([at.parent, samples]);
	}
	node.kids = [...byPart.values()];
	node.sources = null;
	return node.kids;
}

const nameOf = (node) => labelOf(node.fn, node.line);

function sortedKids(node) {
	const kids = kidsOf(node);
	if (!kids.sorted) {
		kids.sort((a, b) => nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : a.fn - b.fn);
		kids.sorted = true;
	}
	return kids;
}

/* ---- drawing ---- */

const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/* As much of the text as the columns hold, with an ellipsis when that is not all. */
function cut(text, columns) {
	if (columns < MIN_COLUMNS)
		return '';
	let kept = '', used = 0, fits = '';
	for (const character of text) {
		used += wide.test(character) ? 2 : 1;
		if (used > columns)
			return fits + '…';
		kept += character;
		if (used < columns)
			fits = kept;
	}
	return text;
}

const percent = (samples, whole) => (100 * samples / whole.total).toFixed(1);

/* "12.3 % · 1.84 s (184 samples)" */
function cost(samples) {
	const seconds = samples * data.period;
	return `${percent(samples, root)} % · ${seconds.toFixed(seconds < 0.1 ? 3 : 2)} s ` +
		`(${samples} sample${samples === 1 ? '' : 's'})`;
}

function titleOf(node) {
	return `${nameOf(node)} · ${cost(node.total)}` + (node.self ? ` · self ${cost(node.self)}` : '');
}

/* The lines of a function that its time here passes through, the hottest first. */
function hotLines(node) {
	const lines = new Map();
	if (!data.detail || !isPython(node.fn) || view.lines)
		return '';
	for (let i = node.first; i >= 0; i = nextOfNode[i]) {
		const line = FRS[2 * frameOf(i) + 1];
		if (line)
			lines.set(line, (lines.get(line) || 0) + totals[i]);
	}
	return [...lines].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 5).map(([line, samples]) => `${line} (${percent(samples, root)} %)`).join(', ');
}

function set(element, attributes) {
	for (const key in attributes)
		element.setAttribute(key, attributes[key]);
}

function on(target, kind, act, options) {
	target.addEventListener(kind, act, options);
}

function make(space, name, attributes, children) {
	const element = document.createElementNS(space, name);
	set(element, attributes);
	element.append(...children);
	return element;
}

const shape = (name, attributes, ...children) => make(SVG, name, attributes, children);
const html = (name, attributes, ...children) => make(HTML, name, attributes, children);

const nodeOf = new WeakMap(); // <g> -> node

/* To a screen reader the picture is a tree; each item is named by its <title>. */
function makeGroup(node) {
	const group = shape('g', {role: 'treeitem', 'aria-level': node.depth + 1, tabindex: -1},
		shape('title', {}, titleOf(node)), shape('rect', {height: BOX}), shape('text', {}));
	nodeOf.set(group, node);
	node.short = nameOf(node).replace(/ \(.*\/([^/]+:\d+)\)$/, ' ($1)');
	return group;
}

/* The boxes that can be seen: the zoomed frame, its callers, and what is wide enough in it. */
function collect(least) {
	const inner = width - 2 * PAD, scale = inner / zoomed.total, list = [];
	for (const node of callers(zoomed.parent)) {
		node.x = PAD;
		node.w = inner;
		list.push(node);
	}
	const todo = [zoomed];
	zoomed.x = PAD;
	while (todo.length) {
		const node = todo.pop();
		node.w = node.total * scale;
		list.push(node);
		let x = node.x;
		const next = [];
		for (const kid of sortedKids(node)) {
			if (kid.total < least)
				continue;
			kid.x = x;
			x += kid.total * scale;
			next.push(kid);
		}
		todo.push(...next.reverse());
		if (list.length - zoomed.depth > MAX_BOXES)
			return null;
	}
	return list;
}

function place(node) {
	node.group = node.group || makeGroup(node);
	const [, rect, text] = node.group.children;
	const row = view.icicle ? node.depth : rows - 1 - node.depth, y = headHeight + row * ROW;
	const label = cut(node.short, Math.floor((node.w - 6) / column));

	set(rect, {x: node.x.toFixed(2), y, width: node.w.toFixed(2)});
	if (label)
		set(text, {x: (node.x + 3).toFixed(2), y: y + 12});
	if (label !== text.textContent)
		text.textContent = label;
	mark(node);
}

function mark(node) {
	node.group.setAttribute('class', classesOf(node.fn) + (node.depth < zoomed.depth ? ' up' : '') +
		(isMatch(node) ? ' hit' : ''));
}

function draw() {
	const had = nodeOf.get(active());
	let least = zoomed.total / 1000;
	while (!(shown = collect(least)))
		least *= 1.3;
	rows = Math.max(rows, ...shown.map((node) => node.depth + 1));
	tellHidden();
	$('unzoom').hidden = zoomed === root;
	showCrumbs();
	layHead();
	shown.forEach(place);
	frames.replaceChildren(...shown.map((node) => node.group));
	if (!shown.includes(current))
		current = zoomed;
	set(current.group, {tabindex: 0});
	if (had)
		focusNode(current);
}

function tellHidden() {
	const ends = shown.reduce((sum, node) => sum + (node.depth < zoomed.depth ? 0 : node.self), 0);
	const hidden = view.reversed ? 0 : zoomed.total - ends;
	$('undrawn').textContent = hidden <= 0 ? '' : ` · ${percent(hidden, zoomed)} % lies in boxes too narrow to draw: zoom in`;
}

/* The head is HTML, so that it wraps in a narrow window; the boxes begin below it. */
function layHead() {
	set($('panel'), {width});
	headHeight = Math.ceil($('panel').firstChild.offsetHeight) || headHeight;
	const height = headHeight + rows * ROW + PAD;
	set($('panel'), {height: headHeight});
	set(ground, {height: headHeight});
	set(svg, {viewBox: `0 0 ${width} ${height}`, height});
}

function resize() {
	width = Math.max(300, svg.parentElement ? svg.parentElement.clientWidth : svg.clientWidth || innerWidth);
	draw();
	keepHead();
}

/* Title and search stay in sight when a tall graph is scrolled. */
function keepHead() {
	const box = rectOf(svg), scale = width / (box.width || width);
	const hidden = innerHeight < 2 * headHeight ? 0 : Math.max(0, -box.top) * scale;
	set(head, {transform: `translate(0 ${hidden})`});
}

/* ---- zoom ---- */

/* From the root to the node. */
function callers(node) {
	const list = [];
	for (; node; node = node.parent)
		list.unshift(node);
	return list;
}

function pathOf(node) {
	return callers(node).map((one) => one.frame).slice(1).join('.');
}

/* As far along the path as the view has it. */
function follow(path) {
	let node = root;
	for (const part of path ? path.split('.') : []) {
		const kid = kidsOf(node).find((one) => one.frame === +part);
		if (!kid)
			break;
		node = kid;
	}
	return node;
}

function zoom(node) {
	if (node === zoomed)
		return;
	zoomed = node;
	view.zoom = pathOf(node);
	draw();
	save(true);
	reveal(node);
	showDetails(node);
}

/* Buttons for the callers of the zoomed frame, the nearest ones. */
function showCrumbs() {
	const list = callers(zoomed);
	if (zoomed === root)
		return $('crumbs').replaceChildren(HINT);
	const some = list.length > 6 ? [list[0], null, ...list.slice(-4)] : list;
	$('crumbs').replaceChildren(...some.map((node) => {
		if (!node)
			return html('span', {}, '…');
		const button = html('button', {type: 'button'}, cut(nameOf(node).replace(/ \(.*/, ''), 40));
		on(button, 'click', () => zoom(node));
		if (node === zoomed)
			set(button, {'aria-current': 'true'});
		return button;
	}));
}

function save(asNewEntry) {
	const kept = new URLSearchParams();
	for (const key in view)
		if (view[key] !== start[key])
			kept.set(key, FLAGS.includes(key) ? +view[key] : view[key]);
	try {
		const hash = '#' + kept;
		if (hash !== (location.hash || '#'))
			history[asNewEntry ? 'pushState' : 'replaceState'](null, '', hash);
	} catch {
		// A sandboxed page has no address of its own: the view is just not kept.
	}
}

function restore() {
	const kept = new URLSearchParams(location.hash.slice(1));
	for (const key in view) {
		const value = kept.get(key);
		view[key] = value === null ? start[key] : FLAGS.includes(key) ? value === '1' : value;
	}
	$('search').value = view.search;
	for (const key of FLAGS)
		show(key);
	change(false);
}

/* ---- what the controls do ---- */

function show(key) {
	if (key === 'ignorecase')
		$(key).checked = view[key];
	else
		set($(key), {'aria-pressed': view[key]});
}

/* Everything anew, after the view was changed. */
function change(keep) {
	const path = keep ? callers(zoomed).slice(1) : [];
	fillChoices();
	build();
	rows = 4;
	zoomed = keep ? root : follow(view.zoom);
	for (const {fn} of view.reversed ? [] : path) {
		const kids = kidsOf(zoomed).filter((kid) => kid.fn === fn).sort((a, b) => b.total - a.total);
		if (!kids.length)
			break;
		zoomed = kids[0];
	}
	view.zoom = pathOf(zoomed);
	current = zoomed;
	for (const button of $('kinds').querySelectorAll('button'))
		set(button, {'aria-pressed': view.fold.includes(button.dataset.kind)});
	search();
	resize();
	showDetails(null);
	if (keep)
		save(false);
}

function toggle(key) {
	view[key] = !view[key];
	show(key);
	if (key === 'icicle')
		draw(), reveal(zoomed);
	else if (key === 'ignorecase')
		searchAndDraw();
	else
		return change(true);
	save(false);
}

function fold(kind) {
	view.fold = view.fold.includes(kind) ? view.fold.replace(kind, '') : [...view.fold + kind].sort().join('');
	change(true);
}

/* The processes, and the threads of the chosen one. */
function fillChoices() {
	const found = {r: new Map(), t: new Map()};
	let process = '';
	for (let i = 0; i < N; i++) {
		const fn = FRS[2 * frameOf(i)], kind = kindOf(fn);
		if (kind === 'r')
			process = labelOf(fn);
		if (found[kind] && (kind === 'r' || !view.process || process === view.process))
			found[kind].set(labelOf(fn), (found[kind].get(labelOf(fn)) || 0) + totals[i]);
	}
	for (const [key, kind] of [['process', 'r'], ['thread', 't']]) {
		const list = [...found[kind]].sort((a, b) => b[1] - a[1]);
		if (!found[kind].has(view[key]))
			view[key] = '';
		$(key).replaceChildren(html('option', {value: ''}, `any ${key}`),
			...list.slice(0, 500).map(([name]) => html('option', {value: name}, cut(name, 40))));
		$(key).value = view[key];
		$(key).hidden = list.length < 2 && !view[key];
	}
}

/* ---- search ---- */

function isMatch(node) {
	if (!pattern || !node.parent || node.fn === CUT)
		return false;
	if (!known.has(node.frame))
		known.set(node.frame, pattern.test(nameOf(node)));
	return known.get(node.frame);
}

/* Matches are counted in the whole tree, drawn or not; one under another adds nothing. */
function search() {
	const covered = new Set();
	let problem = '', samples = 0, unknown = 0;
	pattern = null;
	known.clear();
	try {
		if (view.search)
			pattern = new RegExp(view.search, view.ignorecase ? 'i' : '');
	} catch (error) {
		problem = error.message;
	}
	for (const node of pattern ? forwardNodes : []) {
		const inside = covered.has(node.parent), match = isMatch(node);
		if (inside || match)
			covered.add(node);
		samples += match && !inside ? node.total : 0;
		unknown += node.fn === CUT && !inside ? node.total : 0;
	}
	set($('search'), {'aria-invalid': problem !== ''});
	$('matched').textContent = problem ? cut(problem, 60) : pattern ? `matched: ${percent(samples, root)} %` : '';
	$('unknown').textContent = unknown ? `(+ up to ${percent(unknown, root)} % not named)` : '';
	matched = samples;
}

function tellMatches() {
	const hits = shown.filter(isMatch), at = hits.indexOf(current) + 1;
	$('hits').textContent = !matched ? '' : !hits.length ? 'none wide enough to draw: zoom in' :
		at ? `${at} of ${hits.length}` : `${hits.length} box${hits.length === 1 ? '' : 'es'}`;
	$('previous').disabled = $('next').disabled = !hits.length;
}

function searchAndDraw() {
	view.search = $('search').value;
	search();
	shown.forEach(mark);
	tellMatches();
	save(false);
}

/* The next match to the right of the current frame (step 1) or the one before it (-1). */
function goToMatch(step) {
	const count = shown.length, from = shown.indexOf(current);
	let left = count, at = from;
	do
		at = (at + step + count) % count;
	while (--left && !isMatch(shown[at]));
	if (!isMatch(shown[at]))
		return;
	setCurrent(shown[at]);
	reveal(current);
	showDetails(current);
	shown.forEach(mark);
	current.group.classList.add('at');
}

/* ---- details, focus, keyboard ---- */

function showDetails(node) {
	const lines = node ? hotLines(node) : '';
	$('details').replaceChildren(html('b', {}, node ? cut(nameOf(node), 400) : ''));
	if (node) {
		let rest = ` · ${cost(node.total)} · self ${cost(node.self)}`;
		if (zoomed !== root && node !== zoomed && node.depth > zoomed.depth)
			rest += ` · ${percent(node.total, zoomed)} % of the zoomed frame`;
		rest += lines && ` · hottest lines: ${lines}`;
		$('details').append(rest);
		node.group.firstChild.textContent = titleOf(node) + (lines && `\nhottest lines: ${lines}`);
	}
	tellMatches();
}

function eventNode(event) {
	return nodeOf.get(event.target.closest('#frames > g'));
}

function reveal(node) {
	const place = rectOf(node.group), end = rectOf(head).bottom;
	if (place.top < end)
		scrollBy(0, place.top - end - ROW);
	else if (place.bottom > innerHeight)
		scrollBy(0, place.bottom - innerHeight + ROW);
}

/* One frame at a time can be reached with Tab; the arrows move which. */
function setCurrent(node) {
	if (current.group)
		set(current.group, {tabindex: -1});
	current = node;
	set(node.group, {tabindex: 0});
}

function focusNode(node) {
	setCurrent(node);
	node.group.focus({preventScroll: true});
}

/* Where a key leads from a frame, null when nowhere. The way to the callees is the hottest one. */
function step(node, key) {
	const away = view.icicle ? 'ArrowDown' : 'ArrowUp', back = view.icicle ? 'ArrowUp' : 'ArrowDown';
	const below = (parent) => shown.filter((one) => one.parent === parent);

	if (key === away)
		return below(node).reduce((best, one) => !best || one.total > best.total ? one : best, null);
	if (key === back)
		return node.parent;
	if (key === 'Home')
		return root;
	if (!node.parent || (key !== 'ArrowLeft' && key !== 'ArrowRight'))
		return null;
	const siblings = below(node.parent);
	return siblings[siblings.indexOf(node) + (key === 'ArrowRight' ? 1 : -1)] || null;
}

function escape() {
	if (active() === $('search') && $('search').value || zoomed === root) {
		$('search').value = '';
		searchAndDraw();
	} else {
		zoom(root);
	}
}

/* Keys that work everywhere; true when this was one. A second Ctrl-F is the browser's own. */
function globalKey(event) {
	const at = active(), typing = at === $('search'), command = event.ctrlKey || event.metaKey;
	const plain = !typing && !command && !event.altKey && !(at && at.localName === 'select');
	const key = event.key.toLowerCase(), flag = {i: 'icicle', l: 'lines', r: 'reversed', t: 'threads'}[key];

	if (key === 'escape')
		escape();
	else if (typing && key === 'enter' || plain && key === 'n')
		goToMatch(event.shiftKey ? -1 : 1);
	else if (!typing && (key === 'f3' || (command ? key === 'f' : plain && key === '/')))
		$('search').select(), $('search').focus();
	else if (command && key === 'i')
		toggle('ignorecase');
	else if (plain && flag)
		$(flag).click();
	else
		return false;
	return true;
}

function frameKey(event) {
	const node = nodeOf.get(active());

	if (!node || event.ctrlKey || event.metaKey || event.altKey)
		return false;
	if (event.key === 'Enter' || event.key === ' ') {
		zoom(node);
		return true;
	}
	const target = step(node, event.key);
	if (target) {
		focusNode(target);
		reveal(target);
	}
	return target !== null || event.key.startsWith('Arrow');
}

/* ---- the panel ---- */

function legendButton(item) {
	const kind = item.getAttribute('class'), name = item.textContent;
	const swatch = shape('svg', {class: kind, width: 12, height: 12, 'aria-hidden': 'true'},
		shape('rect', {width: 12, height: 12}));
	const button = html('button', {type: 'button', 'data-kind': kind,
		title: `Hide: ${name} counts for what calls it`}, swatch, name);
	on(button, 'click', () => fold(kind));
	return button;
}

/* It takes the place of the static head. */
function showPanel() {
	const items = [...$('legend').children], facts = [$('subtitle'), $('times')].map((text) => text.firstChild.data);
	$('heading').append($('name').textContent.replace(/ · flame graph$/, ''));
	$('facts_shown').append(facts.join(' · '), html('span', {id: 'undrawn'}));
	$('kinds').append(...items.map(legendButton));
	for (const child of [...head.children])
		if (child !== ground && child !== $('panel'))
			child.remove();
	$('panel').removeAttribute('display');
	$('lines').hidden = $('threads').hidden = !data.detail;
}

function listen() {
	on(document, 'keydown', (event) => {
		if (globalKey(event) || frameKey(event))
			event.preventDefault();
	});
	on(frames, 'click', (event) => {
		const node = eventNode(event);
		if (node) {
			zoom(node);
			focusNode(node);
		}
	});
	for (const kind of ['mouseover', 'focusin'])
		on(frames, kind, (event) => showDetails(eventNode(event)));
	on(frames, 'mouseleave', () => showDetails(nodeOf.get(active())));
	for (const key of FLAGS)
		on($(key), key === 'ignorecase' ? 'change' : 'click', () => toggle(key));
	for (const key of ['process', 'thread'])
		on($(key), 'change', () => {
			view[key] = $(key).value;
			change(true);
		});
	on($('search'), 'input', searchAndDraw);
	on($('previous'), 'click', () => goToMatch(-1));
	on($('next'), 'click', () => goToMatch(1));
	on($('unzoom'), 'click', () => zoom(root));
	on(window, 'hashchange', restore);
	on(window, 'resize', resize);
	on(window, 'scroll', keepHead, {passive: true});
}

/*
 * An SVG document has no body that holds the focus when no element does, and some assistive and
 * automating software looks for one: the root element stands in for it.
 */
function holdFocus() {
	if (svg !== document.documentElement || self !== top)
		return;
	set(svg, {tabindex: -1});
	svg.focus({preventScroll: true});
	on(svg, 'focusout', (event) => {
		if (!event.relatedTarget && event.target !== svg && document.hasFocus())
			svg.focus({preventScroll: true});
	});
}

/* The width of a character in the viewer's own font. */
function measureColumn() {
	const probe = shape('text', {}, 'M'.repeat(50));
	svg.append(probe);
	column = probe.getComputedTextLength() / 50 || column;
	probe.remove();
}

Object.assign(view, {icicle: false, lines: data.lines, reversed: false, threads: data.threads, ignorecase: false});
const start = {...view};
set(svg, {role: 'group'});
set(frames, {role: 'tree', 'aria-label': 'Calls'});
showPanel();
measureColumn();
restore();
listen();
holdFocus();
if (!view.icicle)
	scrollTo(0, rectOf(svg).height);
})();
