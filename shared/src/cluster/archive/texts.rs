//! Values of `ConfigMap`s, which are texts: without quotes YAML has numbers and yes and no for some, and API servers refuse these.

use super::objects::text;
use serde_json::Value;

/// Makes texts of them, as they are meant, and says of each what stood there.
pub(super) fn quote(object: &mut Value) -> Vec<String> {
    if text(object, "/apiVersion") != "v1" || text(object, "/kind") != "ConfigMap" {
        return Vec::new();
    }
    let of = |pointer| text(object, pointer).to_owned();
    let (namespace, name) = (of("/metadata/namespace"), of("/metadata/name"));
    let data = object.get_mut("data").and_then(Value::as_object_mut).into_iter().flatten();
    let odd = data.filter(|(_, value)| value.is_boolean() || value.is_number());
    odd.map(|(key, value)| {
        let said = value.to_string();
        *value = Value::String(said.clone());
        format!("data.{key} of ConfigMap {namespace}/{name} is {said}")
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_has_no_quotes_is_read_as_it_is_meant_and_told() {
        let config = |kind: &str| {
            let data = json!({"cni-exclusive": true, "cluster-id": 7, "ipam": "kubernetes", "odd": null});
            json!({"apiVersion": "v1", "kind": kind, "metadata": {"namespace": "kube-system", "name": "c"}, "data": data})
        };
        let mut object = config("ConfigMap");
        let mut told = quote(&mut object);
        told.sort();
        assert_eq!(
            told,
            [
                "data.cluster-id of ConfigMap kube-system/c is 7",
                "data.cni-exclusive of ConfigMap kube-system/c is true"
            ]
        );
        let data = json!({"cni-exclusive": "true", "cluster-id": "7", "ipam": "kubernetes", "odd": null});
        assert_eq!(object["data"], data);
        let mut other = config("Secret");
        assert_eq!((quote(&mut other), other), (Vec::new(), config("Secret")));
    }
}
