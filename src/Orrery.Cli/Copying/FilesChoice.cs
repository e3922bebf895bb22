namespace Orrery.Cli;

/// <summary>Which files of the source are copied; the others stay where they are, and their URIs with them.</summary>
internal enum FilesChoice
{
    /// <summary>Those that the source serves (<c>mlflow-artifacts:</c>) and those in its own file system.</summary>
    Served,

    /// <summary>Those in stores such as S3 too, read through the source.</summary>
    All,

    /// <summary>None.</summary>
    None,
}
