// From a topology to boxes and arrows, in the order in which traffic meets them. No drawing here.

const MOST_LINES = 8; // of a box; the panel of the hop has all

const objects = (value) => Object.entries(value || {});

function groupsOf(action) {
  if (action.TargetGroup) return [{ name: action.TargetGroup }];
  const groups = (action.ForwardConfig && action.ForwardConfig.TargetGroups) || [];
  return groups.map((one) => ({
    name: one.TargetGroup,
    weight: one.Weight ?? 1,
    of: groups.length,
  }));
}

const hostOf = (url) => {
  try {
    return new URL(url).hostname;
  } catch {
    return '';
  }
};

/** The hosts of identity providers that an action asks. */
function providersOf(action) {
  const oidc = action.AuthenticateOidcConfig;
  const jwt = action.JwtValidationConfig;
  const urls = [];
  if (oidc) urls.push(oidc.AuthorizationEndpoint, oidc.TokenEndpoint, oidc.Issuer);
  if (jwt) urls.push(jwt.JwksEndpoint, jwt.Issuer);
  if (action.AuthenticateCognitoConfig) {
    urls.push(`https://${action.AuthenticateCognitoConfig.UserPoolDomain || ''}`);
  }
  return urls.filter(Boolean).map(hostOf).filter(Boolean);
}

export function actionsOf(listener) {
  const of = (actions, rule) => (actions || []).map((action) => ({ action, rule }));
  return [
    ...of(listener.DefaultActions),
    ...(listener.Rules || []).flatMap((one) => of(one.Actions, one.Priority)),
  ];
}

/** In a line: what a listener does with who connects. */
export function listenerText(listener) {
  const mutual = listener.MutualAuthentication;
  const mode = mutual && mutual.Mode !== 'off' ? ` mTLS ${mutual.Mode}` : '';
  return `${listener.Protocol} ${listener.Port}${mode}`;
}

function listenerLines(balancer) {
  const lines = [];
  for (const one of balancer.Listeners || []) {
    lines.push(`${one.Protocol} ${one.Port}`);
    const mutual = one.MutualAuthentication;
    if (mutual && mutual.Mode !== 'off') lines.push(`mTLS ${mutual.Mode}`);
    if (mutual && mutual.TrustStore) lines.push(`trusts ${mutual.TrustStore}`);
    const rules = (one.Rules || []).length;
    if (rules) lines.push(rules === 1 ? '1 rule' : `${rules} rules`);
  }
  const rest = lines.length - MOST_LINES;
  return rest > 0 ? [...lines.slice(0, MOST_LINES), `and ${rest} more`] : lines;
}

function integrationsOf(api) {
  const found = [];
  const from = (resources) => {
    for (const [, methods] of objects(resources)) {
      if (!methods || typeof methods !== 'object') continue;
      for (const [, method] of objects(methods)) {
        if (method && method.Integration) found.push(method.Integration);
      }
    }
  };
  from(api.Resources);
  for (const [, deployment] of objects(api.Deployments)) from(deployment.Resources);
  return found;
}

class Graph {
  constructor() {
    this.nodes = new Map();
    this.edges = new Map();
  }

  node(id, kind, name, more = {}) {
    if (!this.nodes.has(id)) this.nodes.set(id, { id, kind, name, lines: [], hop: null, ...more });
    return this.nodes.get(id);
  }

  edge(from, to, label = '', dashed = false) {
    const id = `${from} ${to}`;
    const known = this.edges.get(id);
    if (!known) {
      this.edges.set(id, { id, from, to, labels: label ? [label] : [], dashed, hop: null });
    } else if (label && !known.labels.includes(label)) {
      known.labels.push(label);
    }
    return this.edges.get(id);
  }
}

function addLoadBalancers(graph, topology) {
  for (const [name, one] of objects(topology.LoadBalancers)) {
    const kind = one.Type === 'network' ? 'NLB' : 'ALB';
    graph.node(`balancer:${name}`, kind, name, { lines: listenerLines(one), hop: name });
  }
  for (const [name, one] of objects(topology.TargetGroups)) {
    const how = one.Protocol ? `${one.Protocol} ${one.Port}` : one.TargetType;
    graph.node(`group:${name}`, 'Target group', name, {
      lines: [one.Protocol ? `${how}, ${one.TargetType}` : how],
      group: name,
    });
  }
  const providers = objects(topology.IdentityProviders);
  for (const [name, one] of objects(topology.LoadBalancers)) {
    for (const listener of one.Listeners || []) {
      for (const { action, rule } of actionsOf(listener)) {
        for (const group of groupsOf(action)) {
          const said = [
            rule === undefined ? '' : `rule ${rule}`,
            group.of > 1 ? `weight ${group.weight}` : '',
          ]
            .filter(Boolean)
            .join(', ');
          const edge = graph.edge(`balancer:${name}`, `group:${group.name}`, said);
          edge.hop = `${name}>${group.name}`;
        }
        const hosts = providersOf(action);
        for (const [provider, known] of providers) {
          const names = [provider, ...(known.DomainNames || []), hostOf(known.Issuer)];
          if (hosts.some((host) => names.includes(host))) {
            graph.edge(`balancer:${name}`, `provider:${provider}`, action.Type, true);
          }
        }
      }
    }
  }
}

function addTargets(graph, topology) {
  const endpoints = topology.VpcEndpoints || {};
  for (const [name, group] of objects(topology.TargetGroups)) {
    for (const target of group.Targets || []) {
      const id = typeof target === 'string' ? target : target.Id;
      const to =
        group.TargetType === 'alb'
          ? `balancer:${id}`
          : group.TargetType === 'lambda'
            ? `function:${id}`
            : endpoints[id]
              ? `endpoint:${id}`
              : `service:${id}`;
      graph.edge(`group:${name}`, to);
    }
  }
}

function addEndpoints(graph, topology) {
  const services = topology.VpcEndpointServices || {};
  for (const [name, one] of objects(topology.VpcEndpoints)) {
    const zones = (one.AvailabilityZones || []).length;
    graph.node(`endpoint:${name}`, 'VPC endpoint', name, {
      hop: name,
      endpoint: name,
      lines: [one.ServiceName, zones ? `${zones} ${zones === 1 ? 'zone' : 'zones'}` : null].filter(
        Boolean,
      ),
    });
    const service = services[one.ServiceName];
    if (service && service.NetworkLoadBalancer) {
      graph.edge(`endpoint:${name}`, `balancer:${service.NetworkLoadBalancer}`);
    }
  }
}

function addApis(graph, topology) {
  const links = topology.VpcLinks || {};
  for (const [name, api] of objects(topology.RestApis)) {
    graph.node(`api:${name}`, 'Private API', name, { api: name, lines: [] });
    const only = (api.EndpointConfiguration && api.EndpointConfiguration.VpcEndpointIds) || [];
    for (const [endpoint, one] of objects(topology.VpcEndpoints)) {
      if (one.ServiceName !== 'execute-api' && !/\.execute-api$/.test(one.ServiceName || ''))
        continue;
      const known = only.includes(endpoint) || only.includes(one.VpcEndpointId);
      if (!only.length || known) graph.edge(`endpoint:${endpoint}`, `api:${name}`);
    }
    for (const one of integrationsOf(api)) {
      if (one.Function) graph.edge(`api:${name}`, `function:${one.Function}`);
      if (one.service) graph.edge(`api:${name}`, `service:${one.service}`);
      for (const [, service] of objects(one.services)) {
        graph.edge(`api:${name}`, `service:${service}`);
      }
      const link = links[one.ConnectionId];
      const to = (link && link.TargetArns && link.TargetArns[0]) || one.IntegrationTarget;
      if (one.ConnectionId && to) graph.edge(`api:${name}`, `balancer:${to}`, one.ConnectionId);
    }
    for (const [, service] of objects(api.services))
      graph.edge(`api:${name}`, `service:${service}`);
  }
}

function addOthers(graph, topology) {
  for (const [name, one] of objects(topology.services)) {
    graph.node(`service:${name}`, 'Service', name, {
      hop: name,
      lines: [
        one.address ||
          (one.connect && one.connect !== 'accept' ? `SYN: ${one.connect}` : 'stand-in'),
      ],
    });
  }
  for (const [name] of objects(topology.Functions)) {
    graph.node(`function:${name}`, 'Function', name, { hop: null });
  }
  for (const [name] of objects(topology.IdentityProviders)) {
    graph.node(`provider:${name}`, 'Identity provider', name, { hop: name });
  }
  for (const [name, one] of objects(topology.proxies)) {
    graph.node(`proxy:${name}`, 'Proxy', name, { hop: name, lines: [`to ${one.upstream}`] });
  }
}

/** The ways in of the scenario's entry, with where they lead to on this machine. */
function addClients(graph, topology, status) {
  const entry = [topology.entry || []].flat();
  const doors = (status && status.endpoints) || [];
  for (const name of entry) {
    const to = graph.nodes.has(`endpoint:${name}`) ? `endpoint:${name}` : `balancer:${name}`;
    if (!graph.nodes.has(to)) continue;
    const mine = doors.filter((one) => one.name === name);
    const lines = mine.slice(0, 3).map((one) => `${one.address}:${one.port}`);
    if (mine.length > 3) lines.push(`and ${mine.length - 3} more`);
    graph.node(`clients:${name}`, 'Clients', (mine[0] && mine[0].dnsName) || `via ${name}`, {
      lines,
      clients: name,
    });
    graph.edge(`clients:${name}`, to);
  }
  for (const [name] of objects(topology.proxies)) {
    graph.node(`clients:${name}`, 'Clients', `via ${name}`, { clients: name });
    graph.edge(`clients:${name}`, `proxy:${name}`);
  }
}

/**
 * How far from the clients each box stands: behind all that lead to it; who leads back counts
 * not.
 */
function layersOf(graph) {
  const into = new Map([...graph.nodes.keys()].map((id) => [id, []]));
  for (const edge of graph.edges.values()) into.get(edge.to).push(edge.from);
  const depth = new Map();
  const under = new Set();
  const depthOf = (id) => {
    if (depth.has(id)) return depth.get(id);
    under.add(id);
    let deepest = graph.nodes.get(id).clients ? 0 : 1;
    for (const from of into.get(id)) {
      if (!under.has(from)) deepest = Math.max(deepest, depthOf(from) + 1);
    }
    under.delete(id);
    depth.set(id, deepest);
    return deepest;
  };
  for (const id of graph.nodes.keys()) depthOf(id);
  const layers = [];
  for (const [id, at] of depth) (layers[at] = layers[at] || []).push(id);
  const all = Array.from(layers, (one) => one || []).filter((one) => one.length);
  // Within its layer a box stands where those stand that lead to it.
  const place = new Map();
  for (const layer of all) {
    const middle = (id) => {
      const known = into
        .get(id)
        .filter((from) => place.has(from))
        .map((from) => place.get(from));
      return known.length ? known.reduce((a, b) => a + b, 0) / known.length : Infinity;
    };
    const wanted = new Map(layer.map((id, at) => [id, [middle(id), at]]));
    layer.sort(
      (a, b) => wanted.get(a)[0] - wanted.get(b)[0] || 0 || wanted.get(a)[1] - wanted.get(b)[1],
    );
    layer.forEach((id, at) => place.set(id, at / Math.max(1, layer.length - 1)));
  }
  return all;
}

/** { nodes, edges, layers }: nodes by id, layers as lists of ids from the clients on. */
export function graphOf(topology, status) {
  const graph = new Graph();
  addEndpoints(graph, topology);
  addLoadBalancers(graph, topology);
  addOthers(graph, topology);
  addTargets(graph, topology);
  addApis(graph, topology);
  addClients(graph, topology, status);
  for (const edge of [...graph.edges.values()]) {
    if (!graph.nodes.has(edge.from) || !graph.nodes.has(edge.to)) graph.edges.delete(edge.id);
  }
  return { nodes: graph.nodes, edges: [...graph.edges.values()], layers: layersOf(graph) };
}

/** Where a fault can be: endpoints, load balancers, services, and the legs to target groups. */
export function hopsOf(topology) {
  const graph = graphOf(topology, null);
  const hops = [...graph.nodes.values()].map((one) => one.hop).filter(Boolean);
  const groups = topology.TargetGroups || {};
  const legs = graph.edges
    .filter((one) => one.hop && groups[one.hop.split('>')[1]].TargetType !== 'alb')
    .map((one) => one.hop);
  return [...new Set([...hops, ...legs])];
}
