import { describe, expect, it } from 'vitest'
import { createRetryBudget } from '../../src/http/retry-budget.js'

const takeAll = (budget: ReturnType<typeof createRetryBudget>): number => {
  let count = 0
  while (count < 1000 && budget.take()) count++
  return count
}

describe('createRetryBudget()', () => {
  it('gives as many retries as it has, and one more for ten answers', () => {
    const budget = createRetryBudget(3)

    expect(takeAll(budget)).toBe(3)
    for (let count = 0; count < 9; count++) budget.giveBack()
    expect(takeAll(budget)).toBe(0)
    budget.giveBack()
    expect(takeAll(budget)).toBe(1)
  })

  it('never has more than at the start', () => {
    const budget = createRetryBudget(3)

    for (let count = 0; count < 100; count++) budget.giveBack()

    expect(takeAll(budget)).toBe(3)
  })

  it('may be empty', () => {
    const budget = createRetryBudget(0)

    for (let count = 0; count < 100; count++) budget.giveBack()

    expect(takeAll(budget)).toBe(0)
  })
})
