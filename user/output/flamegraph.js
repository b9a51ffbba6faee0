// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * Makes the flame graph answer: fits it to the window, zooms, searches, walks it by keyboard. The
 * picture is complete without it. Names are only ever read and set as text, never as markup.
 */
(function () {
'use strict';

const $ = (id) => document.getElementById(id);
const frames = $('frames'), head = $('head'), input = $('search'), ignoreCase = $('ignorecase');
const svg = head.ownerSVGElement;
const PAD = 10, ROW = 17, NARROWEST = 900, MIN_COLUMNS = 3, FIRST_BOX = 0;
const headHeight = +$('headground').getAttribute('height');
const hint = 'Click or Enter zooms, arrows walk, / or Ctrl-F searches, Esc goes back.';

let boxes = [];           // callers before callees, as in the file
const byGroup = new Map();  // <g> -> its index in boxes
let zoomed = 0, current = 0, flipped = false;
let width = 1200, height = 0, rows = 1, column = 7.25;

/* ---- what the file says ---- */

/* "label · 12.3 % · 1.84 s (184 samples)" */
function readBox(group, index) {
	const [title, rect, text] = group.children;
	const whole = title.textContent;
	const facts = whole.lastIndexOf(' · ', whole.lastIndexOf(' · ') - 1);
	const label = whole.slice(0, facts);

	byGroup.set(group, index);
	return {
		group, rect, text, whole, label,
		short: label.replace(/ \(.*\/([^/]+:\d+)\)$/, ' ($1)'),
		samples: +/\((\d+) samples?\)$/.exec(whole)[1],
		y: +rect.getAttribute('y'),
		depth: 0, left: 0, parent: -1, end: index + 1,
		shown: true, matched: false, covered: false,
	};
}

/* Rows give the depth, order and depth the callers; shown callees start at their caller's left. */
function readBoxes() {
	const path = [], edge = [0];

	boxes = Array.from(frames ? frames.children : [], readBox);
	boxes.forEach((box, index) => {
		const depth = box.depth = Math.round((boxes[0].y - box.y) / ROW);
		box.parent = depth ? path[depth - 1] : -1;
		box.left = edge[depth];
		edge[depth] += box.samples;
		edge[depth + 1] = box.left;
		path[depth] = index;
		rows = Math.max(rows, depth + 1);
	});
	for (let i = boxes.length - 1; i > 0; i--) {
		const caller = boxes[boxes[i].parent];
		caller.end = Math.max(caller.end, boxes[i].end);
	}
}

/* ---- drawing ---- */

const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/* As much of the text as the columns hold, with an ellipsis when that is not all. */
function cut(text, columns) {
	if (columns < MIN_COLUMNS)
		return '';
	if (/^[ -~]*$/.test(text))
		return text.length <= columns ? text : text.slice(0, columns - 1) + '…';
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

function place(box, x, boxWidth) {
	const depth = flipped ? box.depth : rows - 1 - box.depth;
	const y = headHeight + (flipped ? 0 : height - headHeight - PAD - rows * ROW) + depth * ROW;
	const label = cut(box.short, Math.floor((boxWidth - 6) / column));

	box.rect.setAttribute('x', x.toFixed(2));
	box.rect.setAttribute('y', y);
	box.rect.setAttribute('width', boxWidth.toFixed(2));
	if (label) {
		box.text.setAttribute('x', (x + 3).toFixed(2));
		box.text.setAttribute('y', y + 12);
	}
	if (label !== box.text.textContent)
		box.text.textContent = label;
}

/* The zoomed frame and its callers take the whole width; what is not below or above it is off. */
function draw() {
	const zoom = boxes[zoomed], inner = width - 2 * PAD;

	boxes.forEach((box, index) => {
		const above = index < zoomed && zoomed < box.end;
		const inside = index >= zoomed && index < zoom.end;
		const boxWidth = above ? inner : inside ? box.samples / zoom.samples * inner : 0;
		box.shown = boxWidth >= 0.2;
		box.group.classList.toggle('off', !box.shown);
		box.group.classList.toggle('up', above);
		if (box.shown)
			place(box, PAD + (above ? 0 : (box.left - zoom.left) / zoom.samples * inner), boxWidth);
	});
	$('unzoom').hidden = !zoomed;
}

/* A window narrower than NARROWEST shows the picture of that width scaled down. */
function resize() {
	const outer = svg.parentElement ? svg.parentElement.clientWidth : svg.clientWidth;
	const window_ = outer || innerWidth;

	width = Math.max(NARROWEST, window_);
	svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
	svg.setAttribute('height', Math.round(height * window_ / width));
	$('controls').setAttribute('x', width - PAD - 490);
	$('matched').setAttribute('x', width - PAD);
	$('title').textContent = cut($('name').textContent.replace(/ · flame graph$/, ''),
		Math.floor((width - 520) / 9.7));
	if (boxes.length)
		draw();
	keepHead();
}

/* Title and search stay in sight when a tall graph is scrolled. */
function keepHead() {
	const box = svg.getBoundingClientRect();
	const hidden = Math.max(0, -box.top) * width / (box.width || width);

	head.setAttribute('transform', `translate(0 ${hidden})`);
}

/* The width of a character in the viewer's own font. */
function measureColumn() {
	const probe = $('details');

	probe.textContent = 'M'.repeat(50);
	return probe.getComputedTextLength() / 50 || column;
}

/* ---- view: zoom, search, direction, all of it kept behind the # of the address ---- */

function save(asNewEntry) {
	const view = new URLSearchParams();

	if (zoomed)
		view.set('zoom', zoomed);
	if (input.value)
		view.set('search', input.value);
	if (ignoreCase.checked)
		view.set('ignorecase', 1);
	if (flipped)
		view.set('icicle', 1);
	try {
		const hash = '#' + view;
		if (hash !== (location.hash || '#'))
			history[asNewEntry ? 'pushState' : 'replaceState'](null, '', hash);
	} catch (error) {
		// A sandboxed page has no address of its own: the view is just not kept.
	}
}

function restore() {
	let view = new URLSearchParams();

	try {
		view = new URLSearchParams(location.hash.slice(1));
	} catch (error) {
		// The same.
	}
	const index = parseInt(view.get('zoom'), 10);
	zoomed = index > 0 && index < boxes.length ? index : 0;
	flipped = view.get('icicle') === '1';
	ignoreCase.checked = view.get('ignorecase') === '1';
	input.value = view.get('search') || '';
	$('flip').setAttribute('aria-pressed', flipped);
	resize();
	search();
}

function zoom(index) {
	if (index === zoomed || !boxes.length)
		return;
	zoomed = index;
	draw();
	save(true);
	showDetails(index);
}

function flip() {
	flipped = !flipped;
	$('flip').setAttribute('aria-pressed', flipped);
	if (boxes.length)
		draw();
	save(false);
}

/* ---- search ---- */

/* The pattern of the field; null when it is empty or wrong, and a wrong one is told. */
function readPattern() {
	let pattern = null, problem = '';

	try {
		if (input.value)
			pattern = new RegExp(input.value, ignoreCase.checked ? 'i' : '');
	} catch (error) {
		problem = error.message;
	}
	input.setAttribute('aria-invalid', problem !== '');
	$('matched').textContent = problem && cut(problem, 60);
	return pattern;
}

/* A match under a match is marked but its samples are counted already. */
function search() {
	const pattern = readPattern();
	let samples = 0;

	boxes.forEach((box, index) => {
		const caller = boxes[box.parent];
		box.matched = index > 0 && pattern !== null && pattern.test(box.label);
		box.covered = index > 0 && (caller.matched || caller.covered);
		if (box.matched && !box.covered)
			samples += box.samples;
		box.group.classList.toggle('hit', box.matched);
	});
	if (pattern && boxes.length)
		$('matched').textContent = `matched: ${percent(samples, boxes[0])} %`;
}

function searchAndSave() {
	search();
	save(false);
}

function percent(samples, whole) {
	return (100 * samples / whole.samples).toFixed(1);
}

/* ---- details, focus, keyboard ---- */

function showDetails(index) {
	const box = boxes[index];
	let text = box ? box.whole : boxes.length ? hint : '';

	if (box && zoomed && index > zoomed)
		text += ` · ${percent(box.samples, boxes[zoomed])} % of the zoomed frame`;
	const room = Math.floor((width - 2 * PAD) / column) - $('matched').textContent.length - 3;
	if (text.length > room && box) // the figures are at the end: shorten the name
		text = cut(box.label, room - (text.length - box.label.length)) + text.slice(box.label.length);
	$('details').textContent = text;
}

function boxOf(node) {
	const group = node && node.closest ? node.closest('#frames > g') : null;

	return byGroup.has(group) ? byGroup.get(group) : -1;
}

/* One frame at a time can be reached with Tab; the arrows move which. */
function focusBox(index) {
	boxes[current].group.setAttribute('tabindex', -1);
	current = index;
	const group = boxes[index].group;
	group.setAttribute('tabindex', 0);
	group.focus({ preventScroll: true });

	const place = group.getBoundingClientRect(), headEnd = head.getBoundingClientRect().bottom;
	if (place.top < headEnd)
		scrollBy(0, place.top - headEnd - ROW);
	else if (place.bottom > innerHeight)
		scrollBy(0, place.bottom - innerHeight + ROW);
}

function children(index) {
	const list = [];

	for (let i = index + 1; i < boxes[index].end; i = boxes[i].end)
		if (boxes[i].shown)
			list.push(i);
	return list;
}

function widest(list) {
	return list.reduce((best, i) => !(best >= 0) || boxes[i].samples > boxes[best].samples ? i : best, -1);
}

/* Where a key leads from a frame, -1 when nowhere. The way to the callees is the hottest one. */
function step(index, key) {
	const away = flipped ? 'ArrowDown' : 'ArrowUp', back = flipped ? 'ArrowUp' : 'ArrowDown';
	const parent = boxes[index].parent;

	if (key === away)
		return widest(children(index));
	if (key === back)
		return parent;
	if (key === 'Home')
		return FIRST_BOX;
	if (parent < 0 || (key !== 'ArrowLeft' && key !== 'ArrowRight'))
		return -1;
	const siblings = children(parent);
	const at = siblings.indexOf(index) + (key === 'ArrowRight' ? 1 : -1);
	return at in siblings ? siblings[at] : -1;
}

function escape() {
	if (document.activeElement === input && input.value || !zoomed) {
		input.value = '';
		searchAndSave();
	} else {
		zoom(FIRST_BOX);
	}
}

function startSearch() {
	input.focus();
	input.select();
}

/* Keys that work everywhere; true when this was one. A second Ctrl-F is the browser's own. */
function globalKey(event) {
	const typing = document.activeElement === input;
	const command = event.ctrlKey || event.metaKey;
	const key = event.key.toLowerCase();

	if (key === 'escape')
		escape();
	else if (!typing && (key === 'f3' || (command ? key === 'f' : key === '/')))
		startSearch();
	else if (command && key === 'i') {
		ignoreCase.checked = !ignoreCase.checked;
		searchAndSave();
	} else if (!typing && !command && !event.altKey && key === 'i')
		flip();
	else
		return false;
	return true;
}

function frameKey(event) {
	const index = boxOf(document.activeElement);

	if (index < 0 || event.ctrlKey || event.metaKey || event.altKey)
		return false;
	if (event.key === 'Enter' || event.key === ' ') {
		zoom(index);
		return true;
	}
	const target = step(index, event.key);
	if (target >= 0)
		focusBox(target);
	return target >= 0 || event.key.startsWith('Arrow');
}

function listen() {
	document.addEventListener('keydown', (event) => {
		if (globalKey(event) || frameKey(event))
			event.preventDefault();
	});
	if (frames) {
		frames.addEventListener('click', (event) => {
			const index = boxOf(event.target);
			if (index >= 0) {
				zoom(index);
				focusBox(index);
			}
		});
		for (const kind of ['mouseover', 'focusin'])
			frames.addEventListener(kind, (event) => showDetails(boxOf(event.target)));
		frames.addEventListener('mouseleave', () => showDetails(boxOf(document.activeElement)));
	}
	$('unzoom').addEventListener('click', () => zoom(FIRST_BOX));
	$('flip').addEventListener('click', flip);
	for (const kind of ['input', 'change'])
		input.addEventListener(kind, searchAndSave);
	ignoreCase.addEventListener('change', searchAndSave);
	addEventListener('hashchange', restore);
	addEventListener('resize', resize);
	addEventListener('scroll', keepHead, { passive: true });
}

/*
 * An SVG document has no body that holds the focus when no element does, and some assistive and
 * automating software looks for one: the root element stands in for it.
 */
function holdFocus() {
	if (svg !== document.documentElement || self !== top)
		return;
	svg.setAttribute('tabindex', -1);
	svg.focus({ preventScroll: true });
	svg.addEventListener('focusout', (event) => {
		if (!event.relatedTarget && event.target !== svg && document.hasFocus())
			svg.focus({ preventScroll: true });
	});
}

/* To a screen reader the answering picture is a tree; each item is named by its <title>. */
function describe() {
	svg.setAttribute('role', 'group');
	if (!frames)
		return;
	frames.setAttribute('role', 'tree');
	frames.setAttribute('aria-label', 'Calls');
	for (const box of boxes) {
		box.group.setAttribute('role', 'treeitem');
		box.group.setAttribute('aria-level', box.depth + 1);
	}
	boxes[0].group.setAttribute('tabindex', 0);
}

height = +svg.getAttribute('viewBox').split(' ')[3];
readBoxes();
describe();
if (boxes.length)
	$('controls').removeAttribute('display');
column = measureColumn();
restore();
listen();
holdFocus();
showDetails(-1);
if (!flipped && frames)
	scrollTo(0, height);
})();
