// Maro's only script: keeps open pages current and asks before what cannot be undone.
// Every page works without it.
(() => {
  'use strict';

  // Live regions: <div data-live="sessions operations"> is fetched again when one of these happens.
  const regions = () => [...document.querySelectorAll('[data-live]')];
  const status = document.getElementById('live-status');
  let timer = null;

  const isBusy = (region) => {
    const active = document.activeElement;
    return document.querySelector('dialog[open]') !== null ||
      (region.contains(active) && active.matches('input, select, textarea'));
  };

  const takeOver = (region, fresh) => {
    if (region.innerHTML === fresh.innerHTML) return false;
    const open = [...region.querySelectorAll('details[open][id]')].map((details) => details.id);
    const focused = document.activeElement && region.contains(document.activeElement) ? document.activeElement.id : '';
    region.innerHTML = fresh.innerHTML;
    open.forEach((id) => document.getElementById(id)?.setAttribute('open', ''));
    if (focused) document.getElementById(focused)?.focus();
    return true;
  };

  const refresh = async () => {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' }, credentials: 'same-origin' });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    let changed = false;
    regions().forEach((region) => {
      const fresh = page.getElementById(region.id);
      if (fresh && !isBusy(region)) changed = takeOver(region, fresh) || changed;
    });
    if (changed && status) status.textContent = 'This page was updated.';
  };

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => refresh().catch(() => {}), 250);
  };

  if (regions().length > 0 && 'EventSource' in window) {
    const wanted = new Set(regions().flatMap((region) => region.dataset.live.split(' ')));
    const events = new EventSource('/events');
    ['sessions', 'operations', 'outbox', 'tracking', 'health', 'findings'].forEach((name) => {
      if (wanted.has(name)) events.addEventListener(name, soon);
    });
    events.addEventListener('missed', soon);
    // What happened between rendering and listening would be missed otherwise.
    events.addEventListener('open', soon);
    addEventListener('pagehide', () => events.close());
  }

  // Forms with data-confirm ask first.
  const element = (name, attributes, text) => {
    const made = document.createElement(name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    made.textContent = text;
    return made;
  };

  const ask = (form, submitter) => {
    const dialog = element('dialog', { 'aria-labelledby': 'confirm-title' }, '');
    const row = element('div', { class: 'row' }, '');
    const no = element('button', { type: 'button' }, 'Cancel');
    const yes = element('button', { type: 'button', class: 'primary' }, form.dataset.yes || 'Continue');
    row.append(no, yes);
    dialog.append(element('h2', { id: 'confirm-title' }, 'Are you sure?'), element('p', {}, form.dataset.confirm), row);
    document.body.append(dialog);
    dialog.addEventListener('close', () => { dialog.remove(); submitter?.focus(); });
    no.addEventListener('click', () => dialog.close());
    yes.addEventListener('click', () => { form.dataset.sure = 'yes'; dialog.close(); form.requestSubmit(submitter); });
    dialog.showModal();
  };

  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!form.dataset.confirm || form.dataset.sure) return;
    event.preventDefault();
    ask(form, event.submitter);
  });
})();
