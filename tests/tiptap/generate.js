// Writes expected.json: what TipTap itself makes of documents.json. `npm install && node generate.js`.
import { readFileSync, writeFileSync } from 'node:fs'
import { generateHTML } from '@tiptap/html'
import StarterKit from '@tiptap/starter-kit'
import Image from '@tiptap/extension-image'
import Highlight from '@tiptap/extension-highlight'
import Subscript from '@tiptap/extension-subscript'
import Superscript from '@tiptap/extension-superscript'
import TextAlign from '@tiptap/extension-text-align'
import Mention from '@tiptap/extension-mention'
import { TableKit } from '@tiptap/extension-table'
import { TaskItem, TaskList } from '@tiptap/extension-list'
import { Details, DetailsContent, DetailsSummary } from '@tiptap/extension-details'

const extensions = [
  StarterKit,
  Image.configure({ inline: true }),
  TableKit.configure({ table: { renderWrapper: true } }),
  TaskList,
  TaskItem.configure({ nested: true }),
  Highlight.configure({ multicolor: true }),
  Subscript,
  Superscript,
  TextAlign.configure({ types: ['heading', 'paragraph'] }),
  Details,
  DetailsSummary,
  DetailsContent,
  Mention,
]

const documents = JSON.parse(readFileSync('documents.json', 'utf8'))
const lines = Object.entries(documents).map(
  ([name, content]) => `${JSON.stringify(name)}: ${JSON.stringify(generateHTML({ type: 'doc', content }, extensions))}`,
)
writeFileSync('expected.json', `{\n${lines.join(',\n')}\n}\n`)
