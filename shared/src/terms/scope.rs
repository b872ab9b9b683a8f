//! Which objects of a listing or a watch are meant.

/// Which objects of a resource are meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// One namespace; `None` for all, or for cluster-scoped kinds.
    pub namespace: Option<String>,
    /// One name only, asked as a field selector, so that the answer carries a version even when nothing is there.
    pub name: Option<String>,
    /// A label selector in the API's syntax.
    pub labels: Option<String>,
    /// A selector of other fields that the API has an index of.
    pub fields: Option<String>,
}

impl Scope {
    /// One namespace, or all.
    pub fn namespace(namespace: Option<&str>) -> Self {
        Self { namespace: namespace.map(str::to_owned), ..Self::default() }
    }

    /// At most one object.
    pub fn object(namespace: &str, name: &str) -> Self {
        Self { name: Some(name.to_owned()), ..Self::namespace(Some(namespace)) }
    }

    /// The same, restricted to fields.
    #[must_use]
    pub fn with_fields(mut self, selector: impl Into<String>) -> Self {
        self.fields = Some(selector.into());
        self
    }

    /// The same, restricted to labels.
    #[must_use]
    pub fn labelled(mut self, selector: impl Into<String>) -> Self {
        self.labels = Some(selector.into());
        self
    }
}
