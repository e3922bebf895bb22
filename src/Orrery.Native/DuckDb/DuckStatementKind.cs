namespace Orrery.Native;

/// <summary>What a statement does, with the numbers of duckdb_statement_type. Kinds that are newer than this list keep their number.</summary>
public enum DuckStatementKind
{
    /// <summary>None.</summary>
    Invalid = 0,

    /// <summary>SELECT, FROM, VALUES, DESCRIBE, SHOW and what else yields rows. A function that it calls may still act (nextval).</summary>
    Select = 1,

    /// <summary>INSERT.</summary>
    Insert = 2,

    /// <summary>UPDATE.</summary>
    Update = 3,

    /// <summary>EXPLAIN; EXPLAIN ANALYZE runs what it explains, whatever that does.</summary>
    Explain = 4,

    /// <summary>DELETE.</summary>
    Delete = 5,

    /// <summary>PREPARE.</summary>
    Prepare = 6,

    /// <summary>CREATE.</summary>
    Create = 7,

    /// <summary>EXECUTE.</summary>
    Execute = 8,

    /// <summary>ALTER.</summary>
    Alter = 9,

    /// <summary>BEGIN, COMMIT, ROLLBACK.</summary>
    Transaction = 10,

    /// <summary>COPY.</summary>
    Copy = 11,

    /// <summary>ANALYZE.</summary>
    Analyze = 12,

    /// <summary>SET of a variable.</summary>
    VariableSet = 13,

    /// <summary>CREATE FUNCTION.</summary>
    CreateFunction = 14,

    /// <summary>DROP.</summary>
    Drop = 15,

    /// <summary>EXPORT.</summary>
    Export = 16,

    /// <summary>PRAGMA.</summary>
    Pragma = 17,

    /// <summary>VACUUM.</summary>
    Vacuum = 18,

    /// <summary>CALL.</summary>
    Call = 19,

    /// <summary>SET.</summary>
    Set = 20,

    /// <summary>LOAD, INSTALL.</summary>
    Load = 21,

    /// <summary>A relation.</summary>
    Relation = 22,

    /// <summary>An extension's own.</summary>
    Extension = 23,

    /// <summary>A logical plan.</summary>
    LogicalPlan = 24,

    /// <summary>ATTACH.</summary>
    Attach = 25,

    /// <summary>DETACH.</summary>
    Detach = 26,

    /// <summary>Several, made of one.</summary>
    Multi = 27,

    /// <summary>COPY DATABASE.</summary>
    CopyDatabase = 28,

    /// <summary>UPDATE of extensions.</summary>
    UpdateExtensions = 29,

    /// <summary>MERGE INTO.</summary>
    MergeInto = 30,
}
