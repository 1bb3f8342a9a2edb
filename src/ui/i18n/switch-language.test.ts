import { expect, test, vi } from 'vitest'
import { useSettings } from '../store/settings.ts'
import { loadedTexts, loadTexts } from './load-texts.ts'
import { switchLanguage } from './switch-language.ts'
import { currentTexts } from './use-texts.ts'

// One test, since a language that was loaded stays so.
test('a language is shown when its texts are there, and the last choice wins', async () => {
  useSettings.setState({ language: 'en' })
  expect(() => loadedTexts('zh-CN')).toThrow('The texts in zh-CN are not loaded.')
  await loadTexts('en')

  switchLanguage('zh-CN')
  expect(useSettings.getState().language).toBe('en')
  expect(currentTexts().app.language).toBe('Language')
  await vi.waitFor(() => expect(useSettings.getState().language).toBe('zh-CN'))
  expect(currentTexts().app.language).toBe('语言')

  switchLanguage('en')
  switchLanguage('zh-CN')
  switchLanguage('en')
  await vi.waitFor(() => expect(useSettings.getState().language).toBe('en'))
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(useSettings.getState().language).toBe('en')
})
