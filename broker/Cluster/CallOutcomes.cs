using System.Net;
using k8s.Autorest;

namespace Broker.Cluster;

/// <summary>What an exception of the Kubernetes client says about the call that threw it.</summary>
static class CallOutcomes
{
    public static CallOutcome Of(Exception exception) =>
        exception is HttpOperationException http
            ? http.Response?.StatusCode switch
            {
                HttpStatusCode.Conflict => CallOutcome.Conflict,
                HttpStatusCode.NotFound => CallOutcome.Missing,
                HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout => CallOutcome.Unknown,
                >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => CallOutcome.Refused,
                _ => CallOutcome.Unknown,
            }
            : CallOutcome.Unknown;
}
