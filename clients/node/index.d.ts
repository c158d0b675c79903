/// <reference types="node" />
// hoplab for Node: the hops between a client and a private API on AWS, on loopback, for tests.

import { Agent, AgentOptions } from 'https';
import { TestContext, TestOptions } from 'node:test';
import { ConnectionOptions } from 'tls';

/** Of hoplab, as major.minor. */
export const KNOWN_VERSIONS: readonly string[];

/** hoplab could not be started, or cannot do what was asked for. */
export class LabError extends Error {}

/** The admin API refused a call; nothing has changed. `status` is that of HTTP. */
export class AdminError extends LabError {
  readonly status: number;
}

export type ClockMode = 'real' | 'scaled' | 'stepped';
export type EndedBy = 'client' | 'hop' | 'target';

export interface Endpoint {
  name: string;
  dnsName: string;
  address: string;
  port: number;
  kind: string;
  state: string;
  [more: string]: unknown;
}

export interface FailedRequests {
  count: number;
  /** 0: there was no answer. */
  status: number;
  hop: string;
  reason: string;
  explanation: string;
  target?: string;
  detail?: string;
  [more: string]: unknown;
}

interface Connection {
  id: number;
  acceptedAt: string;
  client: string;
  /** The hops passed, from the client's side. */
  hops: string[];
  requests: number;
  failures?: FailedRequests[];
  tlsProtocol?: string;
  tlsVerifyStatus?: string;
  bytesFromClient: number;
  bytesToClient: number;
}

export interface Flow extends Connection {
  stage: string;
  end?: { hop: string; reason: string; how: string };
}

export interface End extends Connection {
  endedAt: string;
  connTraceId?: string;
  leafClientCertSubject?: string;
  leafClientCertSerialNumber?: string;
  verifyReason?: string;
  lastStatus?: number;
  end: {
    hop: string;
    by: EndedBy;
    reason: string;
    explanation: string;
    how: string;
    toward: 'client' | 'target' | 'both';
    stage: string;
  };
  [more: string]: unknown;
}

export interface ReceivedRequest {
  id: number;
  receiver: string;
  kind: 'api' | 'function' | 'service' | 'stand-in';
  method: string;
  /** With its query. */
  path: string;
  sourceIp: string;
  headers: { name: string; value: string }[];
  body: string;
  bodyBytes: number;
  /** Of a function: what it printed until its answer. */
  output?: string;
  [more: string]: unknown;
}

export interface Clock {
  mode: ClockMode;
  now: string;
  scale?: number;
}

/** What a fault does: docs/faults.md has each with the members that it takes. */
export type FaultAction =
  | 'reset' | 'fin' | 'truncate' | 'down' | 'hold' | 'blackhole' | 'corrupt' | 'latency' | 'bandwidth' | 'slice'
  | 'slow-close' | 'slow-handshake' | 'answer' | 'delay-head' | 'cut-body' | 'wrong-length';

/** A fault, as it stands in a scenario's "faults". Times are texts such as "200ms". */
export interface Fault {
  hop: string;
  action: FaultAction;
  stage?: string;
  direction?: 'from-client' | 'to-client' | 'both';
  afterBytes?: number;
  delay?: string;
  jitter?: string;
  bytesPerSecond?: number;
  size?: number;
  variation?: number;
  status?: number;
  cut?: 'reset' | 'fin';
  missingBytes?: number;
  connections?: { every?: number; percent?: number; from?: string };
  limit?: number;
  [more: string]: unknown;
}

export interface FaultStatus extends Fault {
  name: string;
  armed: boolean;
  hits: number[];
}

export interface Metrics {
  flows: number;
  liveFlows: number;
  requests: number;
  apiRequests: Record<string, number>;
  ends: Record<string, number>;
  cloudWatch?: Record<string, Record<string, Record<string, number>>>;
}

export interface Status {
  url: string;
  region: string;
  endpoints: Endpoint[];
  notes: string[];
}

export interface FetchOptions {
  certificate?: string;
  /** One of lab.agent(), to keep the connection; its certificate counts then. */
  agent?: Agent;
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Uint8Array;
  /** Another name for SNI and Host. */
  name?: string;
  /** In milliseconds of silence; 0: none. */
  timeout?: number;
}

export class Lab {
  static start(scenario: string | URL, ...options: (string | number)[]): Promise<Lab>;
  private constructor();

  readonly scenario: string;
  /** Empty when no way in is open. */
  readonly url: string;
  readonly admin: string;
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly caBundle: string;
  readonly out: string;
  readonly certificates: Record<string, { cert: string; key: string; p12: string }>;
  readonly endpoints: Endpoint[];
  readonly notes: string[];
  readonly pid: number;
  readonly running: boolean;

  tls(certificate?: string | null): ConnectionOptions;
  agent(certificate?: string | null, options?: AgentOptions): Agent;
  fetch(path: string, options?: FetchOptions): Promise<Response>;
  /** An Agent of undici, which must be installed. */
  dispatcher(certificate?: string | null): any;

  arm(fault: string, definition?: Fault): Promise<void>;
  disarm(fault: string): Promise<void>;
  faults(): Promise<FaultStatus[]>;
  revoke(certificate: string): Promise<void>;
  change(...changes: { change: string; [more: string]: unknown }[]): Promise<Record<string, unknown[]>>;
  clock(): Promise<Clock>;
  setClock(mode: ClockMode, scale?: number): Promise<Clock>;
  /** What the calendar shows, such as '2030-01-01T00:00:00Z', by which certificates expire; no timer moves. */
  setTime(now: string): Promise<Clock>;
  advance(by: string): Promise<Clock>;
  restore(): Promise<void>;

  ends(filter?: { after?: number; wait?: string }): Promise<End[]>;
  flows(): Promise<Flow[]>;
  requests(filter?: {
    receiver?: string;
    method?: string;
    path?: string;
    after?: number;
    wait?: string;
  }): Promise<ReceivedRequest[] & { count: number; dropped: number }>;
  metrics(): Promise<Metrics>;
  status(): Promise<Status>;

  stop(): Promise<number | null>;
}

export type LabTestFunction = (lab: Lab, t: TestContext) => unknown;

export interface LabTest {
  (name: string, run: LabTestFunction): Promise<void>;
  (name: string, options: TestOptions, run: LabTestFunction): Promise<void>;
  only(name: string, run: LabTestFunction): Promise<void>;
  only(name: string, options: TestOptions, run: LabTestFunction): Promise<void>;
  skip(name: string, run?: LabTestFunction): Promise<void>;
  todo(name: string, run?: LabTestFunction): Promise<void>;
}

/** node:test's `test` for a file, with the Lab of a scenario; a test that fails says why its connections ended. */
export function labTest(scenario: string | URL, ...options: (string | number)[]): LabTest;

/** Why connections ended since the last restore, in lines; `earlier` are the ids of those open before the test. */
export function journal(lab: Lab, earlier?: Set<number>): Promise<string>;
