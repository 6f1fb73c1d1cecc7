// PostgreSQL as WebAssembly, with the extension vector, on a free port, which takes one transaction at a time.
// It ends with its standard input, and so with whoever started it.
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'

const db = await PGlite.create({ dataDir: process.argv[2], extensions: { vector } })
const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port: Number(process.argv[3]), maxConnections: 100 })
await server.start()
console.log('ready')
process.stdin.on('end', () => process.exit(0)).resume()
