import { describe, expect, it } from 'vitest'
import { checkPath, stripRoot } from '../../../src/helm/model/check-path.js'

describe('stripRoot', () => {
  it.each([
    ['mychart/Chart.yaml', 'Chart.yaml'],
    ['-/templates/a.yaml', 'templates/a.yaml'],
    ['mychart/./a//b', 'a/b'],
    ['./mychart/a', 'mychart/a'],
  ])('removes the root folder from %j', (name, path) => {
    expect(stripRoot(name)).toBe(path)
  })

  it.each([
    ['mychart//etc/passwd', 'chart illegally contains absolute paths'],
    ['mychart\\\\etc', 'chart illegally contains absolute paths'],
    ['README.md', 'chart illegally contains content outside the base directory: "README.md"'],
    ['mychart/a/..', 'chart illegally contains content outside the base directory: "mychart/a/.."'],
    ['mychart/../../etc', 'chart illegally references parent directory'],
    ['mychart/a/../../b', 'chart illegally references parent directory'],
    ['mychart/..foo', 'chart illegally references parent directory'],
    ['mychart/C:/windows', 'chart contains illegally named files'],
    ['mychart\\c:\\windows', 'chart contains illegally named files'],
    ['Chart.yaml/a', 'chart yaml not in base directory'],
    ['mychart/a\0b', 'chart contains illegally named files'],
    ['../a', 'chart illegally references parent directory'],
    ['mychart/a/../b', 'chart illegally references parent directory'],
    ['/mychart/a', 'chart illegally contains absolute paths'],
    ['C:/a', 'chart contains illegally named files'],
    ['C:mychart/a', 'chart contains illegally named files'],
    ['mychart\\templates\\a.yaml', 'chart contains illegally named files'],
    ['mychart/a\\b', 'chart contains illegally named files'],
    ['mychart/a/', 'chart contains illegally named files'],
    ['mychart/a/.', 'chart contains illegally named files'],
    [`mychart/${'a'.repeat(4097)}`, 'chart contains illegally named files'],
    // After cleaning, the path would be short.
    [`mychart/${'./'.repeat(500_000)}a`, 'chart contains illegally named files'],
  ])('refuses %j', (name, message) => {
    expect(() => stripRoot(name)).toThrow(new SyntaxError(message))
  })
})

describe('checkPath', () => {
  it.each(['Chart.yaml', 'templates/a b.yaml', 'a/..foo', 'ü/😀'])('accepts %j', (path) => {
    expect(() => checkPath(path)).not.toThrow()
  })

  it.each([
    ['/etc/passwd', 'chart illegally contains absolute paths'],
    ['a/../b', 'chart illegally references parent directory'],
    ['..', 'chart illegally references parent directory'],
    ['', 'chart contains illegally named files'],
    ['.', 'chart contains illegally named files'],
    ['./a', 'chart contains illegally named files'],
    ['a//b', 'chart contains illegally named files'],
    ['a/', 'chart contains illegally named files'],
    ['C:/a', 'chart contains illegally named files'],
    ['a\\b', 'chart contains illegally named files'],
    ['a\0', 'chart contains illegally named files'],
    ['\ud800', 'chart contains illegally named files'],
    ['a'.repeat(4097), 'chart contains illegally named files'],
  ])('refuses %j', (path, message) => {
    expect(() => checkPath(path)).toThrow(new SyntaxError(message))
  })
})
