// What the pages can do beyond being read: find names while one types, show the rules of another day, open everything
// before printing. Without this file all names and all values are still there.
'use strict';
(function () {
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));

  // ---- finding names ----
  const box = document.getElementById('find-box');
  const items = all('[data-find]');
  const found = document.querySelector('.found');

  function find(query) {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const active = words.length > 0;
    for (const item of items) {
      const text = (item.textContent + ' ' + item.dataset.find).toLowerCase();
      item.hidden = active && !words.every((word) => text.includes(word));
    }
    for (const part of all('.group, .subject, #s-names details')) {
      part.hidden = active && !all('[data-find]', part).some((item) => !item.hidden);
      if (part.tagName === 'DETAILS') part.open = active && !part.hidden;
    }
    for (const part of all('.counts, #s-chain')) part.hidden = active;
    const count = all('#s-names [data-find]').filter((item) => !item.hidden).length;
    found.hidden = !active;
    found.textContent = !active ? '' : count > 0 ? '找到 ' + count + ' 个' : '没有找到，换个说法试试';
  }

  if (box && found && items.length > 0) {
    const given = new URLSearchParams(location.search).get('q');
    if (given) box.value = given;
    box.addEventListener('input', () => find(box.value));
    box.form.addEventListener('submit', (event) => {
      event.preventDefault();
      find(box.value);
    });
    find(box.value);
  }
  document.addEventListener('keydown', (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey || !box) return;
    event.preventDefault();
    box.focus();
  });

  // ---- the rules of a day ----
  const chooser = document.querySelector('.day');
  const input = document.getElementById('rule-day');
  const two = (n) => String(n).padStart(2, '0');
  const now = new Date();
  const today = document.documentElement.dataset.day || now.getFullYear() + '-' + two(now.getMonth() + 1) + '-' + two(now.getDate());
  const words = { now: '现行', past: '已过', future: '未到' };

  function remember(day) {
    try { // pages opened from a disk may not keep anything
      if (day === undefined) return sessionStorage.getItem('leye-day');
      sessionStorage.setItem('leye-day', day);
    } catch (e) { /* then every page starts from today */ }
    return null;
  }

  function stateOf(part, day) { // days written like this compare as text
    if (day < part.dataset.from) return 'future';
    return part.dataset.to && day >= part.dataset.to ? 'past' : 'now';
  }

  function showDay(day) {
    for (const part of all('[data-from]')) {
      const state = stateOf(part, day);
      for (const name of Object.keys(words)) part.classList.toggle(name, name === state);
      for (const word of all('.when', part)) word.textContent = words[state];
    }
    for (const values of all('[data-asof]')) {
      const each = Array.from(values.children);
      const shown = each.find((value) => stateOf(value, day) === 'now') || (day < each[0].dataset.from ? each[0] : each[each.length - 1]);
      for (const value of each) value.hidden = value !== shown;
    }
    document.querySelector('.told').textContent = day === today ? '' : '现在看的是 ' + day + ' 的规则';
  }

  if (chooser && input) {
    const start = remember() || today;
    chooser.hidden = false;
    input.value = start;
    input.addEventListener('change', () => {
      const day = input.value || today;
      input.value = day;
      remember(day);
      showDay(day);
    });
    showDay(start);
  }

  // ---- printing ----
  let opened = [];
  window.addEventListener('beforeprint', () => {
    opened = all('details:not([open])');
    for (const part of opened) part.open = true;
  });
  window.addEventListener('afterprint', () => {
    for (const part of opened) part.open = false;
    opened = [];
  });
})();
