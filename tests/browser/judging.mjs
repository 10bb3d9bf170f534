/** What makes a view of the demo good: it fits, speaks one language, and everybody can use it. */
import assert from 'node:assert/strict'
import axe from 'axe-core'

/** Nothing reaches beyond the screen to the right, and no text is cut off inside its box. */
export async function assertFits(phone, view) {
  const overflowing = await phone.front.evaluate((scroller) => {
    const fits = ({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth + 1
    const blocks = [...scroller.querySelectorAll('view, button')].filter(
      (node) => !node.closest('scroll-view') && !node.querySelector('scroll-view')
    )
    return [scroller, ...blocks].filter((node) => !fits(node)).map((node) => node.className)
  })
  assert.deepEqual(overflowing, [], view)
}

/** What is shown is in one language; names of people and the button that switches to the other excepted. */
export async function assertOneLanguage(phone, language, view) {
  const texts = await phone.page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const found = []
    while (walker.nextNode()) {
      const { parentElement: parent, data } = walker.currentNode
      const isSwitch = parent.closest('.intro__language, .flow__code')
      if (data.trim() && !isSwitch && parent.checkVisibility({ visibilityProperty: true }))
        found.push(data.trim())
    }
    return found
  })
  const isChinese = (text) => /\p{Script=Han}/u.test(text)
  if (language === 'en') assert.deepEqual(texts.filter(isChinese), [], view)
  else {
    // Names of code, protocols and SDKs are what they are.
    const isSentence = (text) => /[a-z]+ [a-z]+ [a-z]+/.test(text) && !isChinese(text)
    const isCode = (text) => /[(){}=]/.test(text)
    assert.deepEqual(
      texts.filter((text) => isSentence(text) && !isCode(text)),
      [],
      view
    )
  }
}

/** Whatever can be tapped is at least 44 pixels high and wide, or a line of its own. */
export async function assertLargeTargets(phone, view) {
  const small = await phone.page.evaluate(() =>
    [...document.querySelectorAll('button, select, [role=button], [role=tab], [role=radio]')]
      .filter((node) => node.checkVisibility({ visibilityProperty: true }))
      .map((node) => {
        const { width, height } = node.getBoundingClientRect()
        return { text: node.textContent.trim() || node.getAttribute('aria-label'), width, height }
      })
      .filter(({ width, height }) => width < 43.5 || height < 43.5)
  )
  assert.deepEqual(small, [], view)
}

/** axe-core finds nothing, in what WeUI draws either: its green and its greys are darker here (app.wxss). */
export async function assertAccessible(phone, view) {
  await phone.page.evaluate(`window.axe || (() => { ${axe.source} })()`)
  const { violations } = await phone.page.evaluate(() =>
    window.axe.run(document, { resultTypes: ['violations'] })
  )
  const findings = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`)
  )
  assert.deepEqual(findings, [], view)
}

/**
 * Watches for things that move up or down; the answer tells which did. A number that grows to the left does not, and
 * neither does one that a smaller text replaces in its line.
 */
export async function watchShifts(phone) {
  await phone.page.evaluate(() => {
    window.shifts = []
    const name = (node) => node?.className ?? node?.parentElement?.className ?? 'gone'
    new PerformanceObserver((list) => {
      for (const { sources } of list.getEntries()) {
        const moved = sources.filter(
          ({ previousRect, currentRect }) => Math.abs(previousRect.y - currentRect.y) > 2
        )
        window.shifts.push(...moved.map(({ node }) => name(node)))
      }
    }).observe({ type: 'layout-shift' })
  })
  return () => phone.page.evaluate(() => window.shifts)
}
