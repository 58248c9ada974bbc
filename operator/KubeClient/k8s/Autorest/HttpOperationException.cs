namespace k8s.Autorest;

/// <summary>
/// The API server answered with an error. <see cref="Response"/> holds code, headers and text;
/// the inner <see cref="KubernetesException"/> holds the <see cref="Models.V1Status"/> when the text was one.
/// </summary>
public sealed class HttpOperationException : Exception
{
    public HttpOperationException() { }

    public HttpOperationException(string message)
        : base(message) { }

    public HttpOperationException(string message, Exception? innerException)
        : base(message, innerException) { }

    public HttpRequestMessageWrapper? Request { get; set; }

    public HttpResponseMessageWrapper? Response { get; set; }

    /// <summary>The <see cref="Models.V1Status"/> of the answer, when it was one.</summary>
    public object? Body { get; set; }
}
