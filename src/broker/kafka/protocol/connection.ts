import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectSecure, type ConnectionOptions } from 'node:tls'
import { type ApiVersions, apiVersions } from './api-versions.ts'
import type { Address } from './metadata.ts'
import type { KafkaRequest } from './request.ts'
import { logIn, type SaslOptions } from './sasl.ts'
import { saslAuthenticate, saslHandshake } from './sasl-requests.ts'
import { WireReader } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

export interface ConnectionSettings {
  readonly clientId: string
  readonly tls: ConnectionOptions | undefined
  readonly sasl: SaslOptions | undefined
  /** Milliseconds within which a server has to connect and to answer. */
  readonly timeout: number
}

/** The largest answer, in bytes; what is larger is no answer of Kafka's. */
const LARGEST = 128 * 1024 * 1024

interface Pending {
  answer(reader: WireReader): void
  fail(error: Error): void
}

/** One connection to one server, which answers in the order in which it is asked. */
export class Connection {
  /** What this server understands. */
  versions: ApiVersions = new Map()
  /** Resolves once it can be used; rejects when it cannot. */
  readonly opened: Promise<void>
  /** Resolves with the reason once it has ended. */
  readonly ended: Promise<Error>
  readonly #address: Address
  readonly #settings: ConnectionSettings
  readonly #socket: Socket
  readonly #pending = new Map<number, Pending>()
  #chunks: Buffer[] = []
  #size = 0
  #id = 0
  #end: Error | undefined
  #tellEnd: (reason: Error) => void = () => undefined
  /** When the login has to be renewed, and the renewal while it is under way. */
  #renewAt = Infinity
  #renewing: Promise<void> | undefined

  /** Connects, asks for the server's versions and logs in. */
  constructor(address: Address, settings: ConnectionSettings) {
    this.#address = address
    this.#settings = settings
    this.ended = new Promise((resolve) => (this.#tellEnd = resolve))
    const { tls } = settings
    const name = /^[\d.]+$|:/.test(address.host) ? {} : { servername: address.host }
    this.#socket =
      tls === undefined
        ? connectPlain({ ...address })
        : connectSecure({ ...address, ...name, ...tls })
    this.#socket.setNoDelay(true)
    this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    this.#socket.on('error', (error) => this.#fail(error))
    this.#socket.on('end', () => this.#fail(new Error('the server closed the connection')))
    this.#socket.on('close', () => this.#fail(new Error('the connection was closed')))
    this.opened = this.#open()
  }

  /** Sends a request; rejects when there is no answer within `timeout` ms, which ends the connection. */
  async send<Answer>(
    request: KafkaRequest<Answer>,
    timeout = this.#settings.timeout,
  ): Promise<Answer> {
    const range = this.versions.get(request.key)
    const { name, key, version } = request
    if (range === undefined || version < range.min || version > range.max) {
      throw new Error(`The server ${this.#where} does not understand ${name}, version ${version}.

Expected: ${name} (key ${key}), version ${version}
Got: ${range === undefined ? 'no such message' : `versions ${range.min} to ${range.max}`}`)
    }
    if (Date.now() > this.#renewAt) {
      this.#renewing ??= this.#logIn().finally(() => (this.#renewing = undefined))
    }
    await this.#renewing
    return this.#ask(request, timeout)
  }

  get isOpen(): boolean {
    return this.#end === undefined
  }

  /** Ends it; what is still asked is rejected. */
  close(): void {
    this.#fail(new Error('the connection was closed'))
  }

  get #where(): string {
    return `${this.#address.host}:${this.#address.port}`
  }

  async #open(): Promise<void> {
    try {
      await this.#connected()
      this.versions = await this.#ask(apiVersions, this.#settings.timeout)
      await this.#logIn()
    } catch (error) {
      this.close()
      throw error
    }
  }

  #connected(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.#fail(new Error(`no connection within ${this.#settings.timeout} ms`)),
        this.#settings.timeout,
      )
      this.#pending.set(-1, { answer: () => resolve(), fail: reject })
      this.#socket.once(this.#settings.tls === undefined ? 'connect' : 'secureConnect', () => {
        this.#pending.delete(-1)
        clearTimeout(timer)
        resolve()
      })
      this.#socket.once('close', () => clearTimeout(timer))
    })
  }

  async #logIn(): Promise<void> {
    const { sasl, timeout } = this.#settings
    if (sasl === undefined) return
    await this.#ask(saslHandshake(sasl.mechanism.toUpperCase()), timeout)
    const lifetime = await logIn(sasl, (bytes) => this.#ask(saslAuthenticate(bytes), timeout))
    this.#renewAt = lifetime > 0 ? Date.now() + 0.8 * lifetime : Infinity
  }

  #ask<Answer>(request: KafkaRequest<Answer>, timeout: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#end !== undefined) return reject(this.#end)
      const id = this.#id++ & 0x7fffffff
      const timer = setTimeout(
        () => this.#fail(new Error(`no answer to ${request.name} within ${timeout} ms`)),
        timeout,
      )
      this.#pending.set(id, {
        answer(reader) {
          clearTimeout(timer)
          try {
            if (request.flexible) reader.tags()
            resolve(request.read(reader))
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)))
          }
        },
        fail(error) {
          clearTimeout(timer)
          reject(error)
        },
      })
      this.#socket.write(this.#encode(request, id))
    })
  }

  #encode(request: KafkaRequest<unknown>, id: number): Buffer {
    const writer = new WireWriter().int32(0).int16(request.key).int16(request.version).int32(id)
    writer.string(this.#settings.clientId)
    if (request.flexible) writer.unsigned(0)
    request.write(writer)
    writer.bytes.writeInt32BE(writer.length - 4, 0)
    return writer.bytes
  }

  #receive(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#size += chunk.length
    while (this.#size >= 8) {
      if ((this.#chunks[0]?.length ?? 0) < 8) this.#chunks = [Buffer.concat(this.#chunks)]
      const length = this.#chunks[0]?.readInt32BE(0) ?? 0
      if (length < 4 || length > LARGEST)
        return this.#fail(new Error(`the server sent a message of ${length} bytes; is it Kafka?`))
      if (this.#size < 4 + length) return
      const bytes = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks)
      if (bytes === undefined) return
      this.#chunks = bytes.length === 4 + length ? [] : [bytes.subarray(4 + length)]
      this.#size -= 4 + length
      const reader = new WireReader(bytes.subarray(4, 4 + length))
      const id = reader.int32()
      const pending = this.#pending.get(id)
      this.#pending.delete(id)
      pending?.answer(reader)
    }
  }

  #fail(reason: Error): void {
    if (this.#end !== undefined) return
    this.#end = new Error(`${this.#where}: ${reason.message || reason.name}`, { cause: reason })
    this.#socket.destroy()
    this.#chunks = []
    this.#size = 0
    for (const pending of this.#pending.values()) pending.fail(this.#end)
    this.#pending.clear()
    this.#tellEnd(this.#end)
  }
}
