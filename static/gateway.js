// What makes a page easier with JavaScript; every page works without it.
import { initAll } from './nhsuk/nhsuk-frontend.min.js'

const WARN_MS = 13 * 60 * 1000 // a session ends 15 minutes after its last use (security: sessions)
const END_MS = 15 * 60 * 1000
const STEP_MS = 15 * 1000

document.body.classList.add('js-enabled', 'nhsuk-frontend-supported')
initAll()
offerCopying()
if (document.body.dataset.signedIn) warnBeforeTimeOut()

/** Each NHS number gets a button that copies its ten digits. */
function offerCopying () {
  if (!navigator.clipboard) return
  for (const button of document.querySelectorAll('button[data-copy]')) {
    button.hidden = false
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(button.dataset.copy)
      button.textContent = 'Copied'
      setTimeout(() => { button.textContent = 'Copy' }, 2000)
    })
  }
}

/** A dialog two minutes before the time-out; the page and whatever was entered in it stay as they are. */
function warnBeforeTimeOut () {
  const dialog = document.getElementById('time-out')
  const told = document.getElementById('time-out-told')
  const left = document.getElementById('time-out-left')
  let last = Date.now()

  document.getElementById('time-out-stay').addEventListener('click', async () => {
    const answer = await fetch('/account/alive', { redirect: 'manual', cache: 'no-store' })
    if (!answer.ok) { ended(); return }
    last = Date.now()
    dialog.close()
  })

  setInterval(() => {
    const idle = Date.now() - last
    if (idle < WARN_MS) return
    if (!dialog.open) dialog.showModal()
    if (idle >= END_MS) { ended(); return }
    const seconds = Math.ceil((END_MS - idle) / 1000)
    left.textContent = seconds > 60 ? '2 minutes' : `${Math.ceil(seconds / 15) * 15} seconds`
  }, STEP_MS)

  function ended () {
    const link = document.createElement('a')
    link.href = '/sign-in'
    link.target = '_blank'
    link.rel = 'noopener'
    link.textContent = 'Sign in again in a new tab'
    told.replaceChildren('You have been signed out. What you entered is still on this page. ', link, ', then come back here.')
  }
}
