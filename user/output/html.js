// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * Sorts and filters the table of functions and opens its rows. The page is complete without it. What
 * the table says is read from its cells; names are only ever set as text, never as markup.
 */
(function () {
'use strict';

const $ = (id) => document.getElementById(id);
const data = JSON.parse($('data').textContent);
const table = document.querySelector('#functions table');
const body = table.tBodies[0];
const heads = Array.from(table.tHead.rows[0].cells);
const SELF = 1, TOTAL = 4, KIND = 7, PLACE = 8;

const rows = data.rows.map((pair, index) => {
	const row = $('f' + index);
	return {
		row, index, name: row.querySelector('.name').textContent,
		kind: row.cells[KIND].textContent, place: row.cells[PLACE].textContent,
		total: +row.cells[TOTAL + 2].textContent, callers: pair[0], callees: pair[1],
		button: null, opened: null, shown: true,
	};
});

function make(tag, text, className) {
	const element = document.createElement(tag);

	if (text !== undefined)
		element.textContent = text;
	if (className)
		element.className = className;
	return element;
}

/* ---- rows that open: callers and callees ---- */

function percent(part, whole) {
	return (whole ? 100 * part / whole : 0).toFixed(1) + '\u00a0%';
}

/* The list's entries lead to the rows of the functions, where there are some. */
function makeList(heading, list, whole) {
	const part = make('div'), entries = make('ul');

	part.append(make('h3', heading));
	for (let i = 0; i < list.length; i += 2) {
		const entry = make('li'), other = rows[list[i]];
		const name = other ? other.name : data.others[list[i] - rows.length];
		const who = make(other ? 'button' : 'span', name.trim() ? name : '[blank]', 'who');
		if (other) {
			who.type = 'button';
			who.addEventListener('click', () => show(other));
		}
		entry.append(make('span', percent(list[i + 1], whole), 'n'), who);
		entries.append(entry);
	}
	part.append(list.length ? entries : make('p', 'none'));
	return part;
}

/* The graph is a document of its own: what is typed into its field searches. */
function findInGraph(entry) {
	const frame = document.querySelector('#graph iframe');
	const field = frame.contentDocument && frame.contentDocument.getElementById('search');

	if (!field)
		return;
	field.value = '^' + entry.name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&') + '(?![\\w.])';
	field.dispatchEvent(new frame.contentWindow.Event('input', { bubbles: true }));
	$('graph').scrollIntoView();
	frame.focus({ preventScroll: true });
}

function open(entry) {
	const row = make('tr', undefined, 'calls'), cell = make('td'), pair = make('div', undefined, 'pair');
	const find = make('button', 'Find in the graph');

	row.id = 'c' + entry.index;
	cell.colSpan = heads.length;
	pair.append(makeList('Callers, share of its total', entry.callers, entry.total),
		makeList('Callees, share of its total', entry.callees, entry.total));
	find.type = 'button';
	find.addEventListener('click', () => findInGraph(entry));
	cell.append(pair, find);
	row.append(cell);
	entry.row.after(row);
	entry.opened = row;
	entry.button.setAttribute('aria-expanded', true);
	entry.button.setAttribute('aria-controls', row.id);
}

function close(entry) {
	entry.opened.remove();
	entry.opened = null;
	entry.button.setAttribute('aria-expanded', false);
	entry.button.removeAttribute('aria-controls');
}

function toggle(entry) {
	(entry.opened ? close : open)(entry);
}

/* Leads to a function, also when the filter hides it. */
function show(entry) {
	if (!entry.shown) {
		search.value = kinds.value = '';
		filter();
	}
	for (const other of body.querySelectorAll('.found'))
		other.classList.remove('found');
	entry.row.classList.add('found');
	if (!entry.opened)
		open(entry);
	entry.button.focus({ preventScroll: true });
	entry.row.scrollIntoView({ block: 'center' });
}

/* ---- sorting ---- */

function value(entry, column) {
	const text = entry.row.cells[column].textContent;
	return heads[column].classList.contains('n') ? parseFloat(text) : text;
}

/* Shares and seconds of few digits tie: samples, the last of three columns, decide. */
function keyColumn(column) {
	return column >= KIND ? column : column < TOTAL ? SELF + 2 : TOTAL + 2;
}

function sort(column, descending) {
	const key = new Map(rows.map((entry) => [entry, column ? value(entry, keyColumn(column)) : entry.name]));
	const order = rows.slice().sort((a, b) => {
		const x = key.get(a), y = key.get(b);
		const less = typeof x === 'number' ? x - y : x.localeCompare(y);
		return (descending ? -less : less) || a.index - b.index;
	});
	const last = body.querySelector('tr:not([id])');

	for (const entry of order) {
		body.insertBefore(entry.row, last);
		if (entry.opened)
			body.insertBefore(entry.opened, last);
	}
	heads.forEach((head, i) =>
		head.setAttribute('aria-sort', i !== column ? 'none' : descending ? 'descending' : 'ascending'));
}

function addSorting() {
	heads.forEach((head, column) => {
		const button = make('button', head.textContent);
		button.type = 'button';
		button.addEventListener('click', () => {
			const now = head.getAttribute('aria-sort');
			sort(column, now === 'none' ? head.classList.contains('n') : now === 'ascending');
		});
		head.replaceChildren(button);
		head.setAttribute('aria-sort', column === SELF ? 'descending' : 'none');
	});
}

/* ---- filtering ---- */

const search = make('input'), kinds = make('select'), count = make('span');

/* All words must be in a function's name, kind or place. */
function filter() {
	const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
	let shown = 0;

	for (const entry of rows) {
		const text = (entry.name + ' ' + entry.kind + ' ' + entry.place).toLowerCase();
		entry.shown = (!kinds.value || kinds.value === entry.kind) && words.every((word) => text.includes(word));
		entry.row.hidden = !entry.shown;
		if (entry.opened)
			entry.opened.hidden = !entry.shown;
		shown += entry.shown;
	}
	count.textContent = `${shown} of ${rows.length} functions`;
}

function labelled(text, control) {
	const label = make('label', text);
	label.append(control);
	return label;
}

function addFilter() {
	const controls = make('div', undefined, 'controls');

	search.type = 'search';
	search.id = 'filter';
	kinds.id = 'kind';
	kinds.append(new Option('all', ''));
	for (const kind of [...new Set(rows.map((entry) => entry.kind))].sort())
		kinds.append(new Option(kind, kind));
	count.id = 'shown';
	count.setAttribute('role', 'status');
	controls.append(labelled('Filter', search), labelled('Kind', kinds), count);
	table.parentElement.before(controls);
	search.addEventListener('input', filter);
	kinds.addEventListener('change', filter);
	filter();
}

/* ---- keyboard: arrows lead from row to row, / to the filter ---- */

function step(button, key) {
	const shown = Array.from(body.querySelectorAll('tr:not([hidden]) > th > button.name'));
	const at = shown.indexOf(button) + (key === 'ArrowDown' ? 1 : -1);

	if (at in shown)
		shown[at].focus();
}

function listen() {
	document.addEventListener('keydown', (event) => {
		const on = event.target, plain = !event.ctrlKey && !event.metaKey && !event.altKey;
		if (plain && event.key === '/' && !/^(INPUT|SELECT)$/.test(on.tagName)) {
			search.focus();
		} else if (event.key === 'Escape' && on === search) {
			search.value = '';
			filter();
		} else if (plain && /^Arrow(Up|Down)$/.test(event.key) && on.matches('button.name')) {
			step(on, event.key);
		} else {
			return;
		}
		event.preventDefault();
	});
}

function addOpening() {
	for (const entry of rows) {
		const name = entry.row.querySelector('.name');
		entry.button = make('button', entry.name, 'name');
		entry.button.type = 'button';
		entry.button.setAttribute('aria-expanded', false);
		entry.button.addEventListener('click', () => toggle(entry));
		name.replaceWith(entry.button);
	}
}

/* A link to folded lines unfolds them. */
function unfold() {
	const target = /^#s\d+$/.test(location.hash) && $(location.hash.slice(1));

	if (target)
		target.open = true;
}

addOpening();
addSorting();
if (rows.length)
	addFilter();
listen();
addEventListener('hashchange', unfold);
unfold();
})();
