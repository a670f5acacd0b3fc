package httpapi

import (
	"github.com/scrip-dev/scrip/internal/auth"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/view"
)

// projectRoutes are 70 4.3, calls 1 to 5.
func projectRoutes() []Route {
	const all, one = "/management/v1/projects", "/management/v1/projects/{projectId}"
	return []Route{
		{Method: "POST", Path: all, Summary: "Create a project", do: asks[auth.ProjectCreate, view.Project](createProject)},
		{Method: "GET", Path: all, Summary: "List projects", do: answers[view.List[view.Project]](listProjects)},
		{Method: "GET", Path: one, Summary: "Get a project", do: answers[view.Project](getProject)},
		{Method: "PUT", Path: one, Summary: "Update a project", do: asks[auth.ProjectUpdate, view.Project](updateProject)},
		{Method: "DELETE", Path: one, Summary: "Delete a project with all its data", do: answers[nothing](deleteProject)},
	}
}

func createProject(s *server, r *request, body *auth.ProjectCreate) (reply, error) {
	return run(r, func(call *promo.Call) (auth.Made, error) {
		return s.Access.CreateProject(r.context(), call, body)
	}, func(out auth.Made) reply {
		if out.Refused != nil {
			return refuse(out.Refused)
		}
		re := ok(view.NewCreatedProject(out.Project, pair(out.Server), pair(out.Client)))
		re.secret = true
		return re
	})
}

func pair(s auth.Secret) *view.KeyPair { return &view.KeyPair{AppID: s.Key.AppID, AppToken: s.Token} }

func listProjects(s *server, r *request) (reply, error) {
	projects, err := s.Access.ListProjects(r.context())
	list := view.List[view.Project]{Ref: "data", Total: int64(len(projects))}
	for _, p := range projects {
		list.Rows = append(list.Rows, view.NewProject(p))
	}
	return ok(list), err
}

func showProject(out auth.ProjectChange) reply {
	if out.Refused != nil {
		return refuse(out.Refused)
	}
	return ok(view.NewProject(out.Project))
}

func getProject(s *server, r *request) (reply, error) {
	out, err := s.Access.GetProject(r.context(), r.params[0])
	return showProject(out), err
}

func updateProject(s *server, r *request, body *auth.ProjectUpdate) (reply, error) {
	return run(r, func(call *promo.Call) (auth.ProjectChange, error) {
		return s.Access.UpdateProject(r.context(), call, r.params[0], body)
	}, showProject)
}

func deleteProject(s *server, r *request) (reply, error) {
	return run(r, func(call *promo.Call) (auth.ProjectChange, error) {
		return s.Access.DeleteProject(r.context(), call, r.params[0])
	}, func(out auth.ProjectChange) reply {
		if out.Refused != nil {
			return refuse(out.Refused)
		}
		return none()
	})
}
