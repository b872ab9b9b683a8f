use super::super::super::snapshot::{GatewaySeen, PoolSeen, WorkloadSeen};
use super::super::pools::tests::gateway;
use super::super::tests::{blind, fleet, node, short, spoken};
use super::*;
use crate::verdict::Severity;

/// A cluster with Cilium on three nodes, of which something is changed, beside one without.
pub(in super::super) fn with(change: impl FnOnce(&mut CiliumSeen)) -> HealthSeen {
    let agents = AgentsSeen {
        is_counted: true,
        wanted: 3,
        unavailable: 0,
        missing: 0,
        is_rolling: false,
        age: None,
        lost: Observed::Present(Vec::new()),
    };
    let operator =
        WorkloadSeen { name: "cilium-operator".into(), available: Some(1), ..WorkloadSeen::default() };
    let mut cilium = CiliumSeen {
        agents: Observed::Present(agents),
        operator: Observed::Present(operator),
        pools: Observed::Present(Vec::new()),
        gateways: Observed::Present(Vec::new()),
    };
    change(&mut cilium);
    let mut seen = fleet(&["infra", "apps"]);
    seen.clusters[0].nodes = Observed::Present(["a", "b", "c"].map(node).into());
    seen.clusters[0].cilium = Observed::Present(cilium);
    seen
}

/// The same with these agents lost, of which something is changed.
fn lost(lost: &[AgentSeen], change: impl FnOnce(&mut AgentsSeen)) -> HealthSeen {
    let mut agents = AgentsSeen {
        is_counted: true,
        wanted: 3,
        unavailable: u32::try_from(lost.len()).unwrap(),
        missing: 0,
        is_rolling: false,
        age: None,
        lost: Observed::Present(lost.to_vec()),
    };
    change(&mut agents);
    with(|cilium| cilium.agents = Observed::Present(agents))
}

fn agent(node: &str, age: i64) -> AgentSeen {
    AgentSeen {
        pod: format!("cilium-{node}"),
        node: node.into(),
        reason: "CrashLoopBackOff".into(),
        age: Some(age),
    }
}

#[test]
fn agents_that_are_lost_are_told_with_their_nodes() {
    insta::assert_snapshot!(spoken(&lost(&[agent("b", 900), agent("c", 20)], |_| ())), @"
        warning cilium-agents infra: ds/kube-system/cilium
          Cilium's agent is ready on 1 of 3 nodes of infra: not on b, c (CrashLoopBackOff); no pod starts there, and changes of policies and Services have no effect
          status.numberUnavailable = 2
          status.conditions[type=Ready].status of pod/cilium-b = not True
          status.conditions[type=Ready].status of pod/cilium-c = not True
          bring it up; to see all agents, run: `kubectl --context infra --namespace kube-system get pods --selector k8s-app=cilium --output wide`
    ");
    let all = short(&lost(&["a", "b", "c"].map(|node| agent(node, 900)), |_| ()));
    assert_eq!(all[0].0, Severity::Error, "{all:?}");
}

#[test]
fn agents_that_serve_and_those_that_are_replaced_one_after_the_other_are_no_matter() {
    assert_eq!(spoken(&with(|_| ())), "");
    let rolling = |agents: &mut AgentsSeen| agents.is_rolling = true;
    assert_eq!(spoken(&lost(&[agent("b", 299)], rolling)), "");
    assert_eq!(
        short(&lost(&[agent("b", 300)], rolling))[0].0,
        Severity::Warning,
        "the new one does not come up"
    );
    let restarts = short(&lost(&[agent("b", 40)], |_| ()));
    let text = "Cilium's agent is ready on 2 of 3 nodes of infra: not on b (CrashLoopBackOff), for 40s so far, as in a \
     restart";
    assert_eq!(restarts, [(Severity::Info, text.to_owned())]);
}

#[test]
fn agents_that_come_back_while_somebody_looks_are_no_matter_and_those_that_nobody_makes_are() {
    assert_eq!(spoken(&lost(&[], |agents| agents.unavailable = 1)), "");
    let unmade = short(&lost(&[], |agents| (agents.unavailable, agents.missing) = (1, 1)));
    let text = "Cilium's agent is ready on 2 of 3 nodes of infra; no pod starts there, and changes of policies and Services \
     have no effect";
    assert_eq!(unmade, [(Severity::Warning, text.to_owned())]);
}

#[test]
fn agents_that_nobody_has_made_yet_are_no_matter_for_as_long_as_a_restart_takes() {
    let unmade = |age: Option<i64>, change: fn(&mut AgentsSeen)| {
        short(&lost(&[], |agents| {
            (agents.unavailable, agents.missing, agents.age) = (1, 1, age);
            change(agents);
        }))
    };
    let text = "Cilium's agent is ready on 2 of 3 nodes of infra, for 1s so far, as in a restart";
    assert_eq!(unmade(Some(1), |_| ()), [(Severity::Info, text.to_owned())], "the last one of a roll-out");
    let only = unmade(Some(299), |agents| agents.wanted = 1);
    assert_eq!(only[0].0, Severity::Info, "the only one of a cluster: {only:?}");
    assert_eq!(unmade(Some(300), |agents| agents.wanted = 1)[0].0, Severity::Error);
    assert_eq!(unmade(None, |_| ())[0].0, Severity::Warning, "nobody says for how long");
    // One starts, and another one was never made.
    let both = |age| {
        let change = |agents: &mut AgentsSeen| (agents.unavailable, agents.missing, agents.age) = (2, 1, age);
        short(&lost(&[agent("b", 20)], change)).remove(0).0
    };
    assert_eq!((both(Some(20)), both(Some(900))), (Severity::Info, Severity::Warning));
}

#[test]
fn a_roll_out_that_stands_still_is_told() {
    let rolling = |age: Option<i64>, hidden: bool| {
        let found = agents(&lost(&[], |agents| {
            (agents.unavailable, agents.missing, agents.age, agents.is_rolling) = (1, 1, age, true);
            if hidden {
                agents.lost = Observed::Unknown(blind("list", "pods"));
            }
        }));
        found.into_iter().map(|finding| (finding.severity, finding.summary)).collect::<Vec<_>>()
    };
    let text = "Cilium's agent is ready on 2 of 3 nodes of infra; their rollout is stuck, no pod starts there, and changes \
     of policies and Services have no effect";
    for hidden in [false, true] {
        assert_eq!(rolling(Some(299), hidden), []);
        assert_eq!(rolling(None, hidden), [], "nobody says for how long");
        assert_eq!(rolling(Some(300), hidden), [(Severity::Warning, text.to_owned())]);
    }
}

#[test]
fn an_agent_that_is_lost_with_its_node_is_told_by_the_node() {
    let mut seen = lost(&[agent("b", 900)], |_| ());
    let gone = NodeSeen { is_ready: false, reason: UNHEARD.into(), ..node("b") };
    seen.clusters[0].nodes = Observed::Present(vec![node("a"), gone.clone(), node("c")]);
    assert_eq!(agents(&seen), []);
    let is_virtual = NodeSeen { is_virtual: true, ..node("b") };
    seen.clusters[0].nodes = Observed::Present(vec![node("a"), is_virtual, node("c")]);
    assert_eq!(agents(&seen), [], "none can run there");
    // That node has no network because of its agent.
    let waiting = NodeSeen { reason: "KubeletNotReady".into(), ..gone };
    seen.clusters[0].nodes = Observed::Present(vec![node("a"), waiting, node("c")]);
    assert_eq!(agents(&seen).len(), 1);
}

#[test]
fn agents_are_missed_even_where_their_pods_may_not_be_listed_but_not_while_they_are_replaced() {
    let hidden = || Observed::Unknown(blind("list", "pods"));
    let told = |is_rolling| {
        let seen = lost(&[], |agents| {
            (agents.unavailable, agents.lost, agents.is_rolling) = (1, hidden(), is_rolling);
        });
        let unseen = "not looked at: which agents of Cilium do not serve (cannot list pods: forbidden)";
        assert!(short(&seen).contains(&(Severity::Unknown, unseen.to_owned())));
        let seen = agents(&seen).into_iter().filter(|finding| finding.hidden.is_empty());
        seen.map(|finding| finding.severity).collect::<Vec<_>>()
    };
    assert_eq!(told(false), [Severity::Warning]);
    assert_eq!(told(true), []);
}

#[test]
fn what_of_cilium_nobody_may_see_is_not_looked_at_and_without_cilium_there_is_nothing_to_see() {
    let seen = with(|cilium| {
        cilium.agents = Observed::Unknown(blind("get", "daemonsets.apps"));
        cilium.operator = Observed::Unknown(blind("get", "deployments.apps"));
        cilium.pools = Observed::Unknown(blind("list", "ciliumloadbalancerippools.cilium.io"));
    });
    insta::assert_snapshot!(spoken(&seen), @"
        unknown cilium-agents 
          not looked at: the agents of Cilium (cannot get daemonsets.apps: forbidden)
          rules[] = {apiGroups: [apps], resources: [daemonsets], verbs: [get]}
          ask for permission to `get daemonsets.apps` in infra; to test it, run: `kubectl --context infra auth can-i get daemonsets.apps --all-namespaces`
        unknown cilium-operator 
          not looked at: the operator of Cilium (cannot get deployments.apps: forbidden)
          rules[] = {apiGroups: [apps], resources: [deployments], verbs: [get]}
          ask for permission to `get deployments.apps` in infra; to test it, run: `kubectl --context infra auth can-i get deployments.apps --all-namespaces`
        info cilium-pools 
          not looked at: the pools of Cilium (cannot list ciliumloadbalancerippools.cilium.io: forbidden)
          rules[] = {apiGroups: [cilium.io], resources: [ciliumloadbalancerippools], verbs: [list]}
          ask for permission to `list ciliumloadbalancerippools.cilium.io` in infra; to test it, run: `kubectl --context infra auth can-i list ciliumloadbalancerippools.cilium.io --all-namespaces`
    ");
    let absent = with(|cilium| {
        (cilium.agents, cilium.operator, cilium.pools) =
            (Observed::Absent, Observed::Absent, Observed::Absent);
    });
    assert_eq!(spoken(&absent), "");
}

fn idle(age: Option<i64>) -> Observed<WorkloadSeen> {
    Observed::Present(WorkloadSeen {
        name: "cilium-operator".into(),
        available: Some(0),
        age,
        reason: "MinimumReplicasUnavailable".into(),
        ..WorkloadSeen::default()
    })
}

#[test]
fn an_operator_that_does_not_serve_is_a_warning_and_an_error_where_a_gateway_waits_for_it() {
    insta::assert_snapshot!(spoken(&with(|cilium| cilium.operator = idle(Some(900)))), @"
        warning cilium-operator infra: deploy/kube-system/cilium-operator
          the operator of Cilium has no pod in infra that serves (MinimumReplicasUnavailable): new nodes may get no pod range, and load balancers get no address from its pools
          status.availableReplicas = 0
          bring it up; to see what blocks it, run: `kubectl --context infra --namespace kube-system describe deployment cilium-operator`
    ");
    let waits = |pools: Vec<PoolSeen>, has_address| {
        let gateways = vec![GatewaySeen { has_address, ..gateway(None) }];
        let seen = with(|cilium| {
            cilium.operator = idle(Some(900));
            (cilium.pools, cilium.gateways) = (Observed::Present(pools), Observed::Present(gateways));
        });
        short(&seen).remove(0)
    };
    let pool = || vec![PoolSeen { name: "main".into(), ..PoolSeen::default() }];
    let (severity, text) = waits(pool(), false);
    assert_eq!(severity, Severity::Error);
    assert!(text.ends_with(", and svc/linkerd-multicluster/linkerd-gateway waits for one"), "{text}");
    assert_eq!(waits(pool(), true).0, Severity::Warning);
    assert_eq!(waits(Vec::new(), false).0, Severity::Warning, "somebody else gives addresses there");
}

#[test]
fn an_operator_that_serves_or_restarts_is_no_matter() {
    let of = |operator| short(&with(|cilium| cilium.operator = operator));
    let text = "the operator of Cilium has no pod in infra that serves (MinimumReplicasUnavailable), for 40s so far, as in a restart";
    assert_eq!(of(idle(Some(40))), [(Severity::Info, text.to_owned())]);
    let unseen = WorkloadSeen { available: None, ..WorkloadSeen::default() };
    assert_eq!(of(Observed::Present(unseen)), [], "nobody has looked at it yet");
}
