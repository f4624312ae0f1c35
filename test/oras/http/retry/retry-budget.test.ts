import { describe, expect, it } from 'vitest'
import { createRetryBudget } from '../../../../src/oras/http/retry/retry-budget.js'

const takeAll = (budget: ReturnType<typeof createRetryBudget>): number => {
  let count = 0
  while (count < 1000 && budget.take(0, 0)) count++
  return count
}

describe('createRetryBudget()', () => {
  it('gives as many retries as it has, and one more for ten answers', () => {
    const budget = createRetryBudget(3, 1000)

    expect(takeAll(budget)).toBe(3)
    for (let count = 0; count < 9; count++) budget.giveBack()
    expect(takeAll(budget)).toBe(0)
    budget.giveBack()
    expect(takeAll(budget)).toBe(1)
  })

  it('never has more than at the start', () => {
    const budget = createRetryBudget(3, 1000)

    for (let count = 0; count < 100; count++) budget.giveBack()

    expect(takeAll(budget)).toBe(3)
  })

  it('may be empty', () => {
    const budget = createRetryBudget(0, 1000)

    for (let count = 0; count < 100; count++) budget.giveBack()

    expect(takeAll(budget)).toBe(0)
  })

  it('has one deadline for all waits, and counts simultaneous waits once', () => {
    const budget = createRetryBudget(100, 1000)

    expect([budget.take(0, 600), budget.take(100, 500), budget.take(300, 400)]).toEqual([true, true, true])
    // 700 of 1000 are gone.
    expect(budget.take(5000, 301)).toBe(false)
    expect(budget.take(5000, 300)).toBe(true)
    expect(budget.take(9000, 1)).toBe(false)
  })

  it('gives time back as it gives back retries', () => {
    const budget = createRetryBudget(2, 1000)
    budget.take(0, 1000)

    for (let count = 0; count < 10; count++) budget.giveBack()

    expect(budget.take(5000, 501)).toBe(false)
    expect(budget.take(5000, 500)).toBe(true)
  })
})
